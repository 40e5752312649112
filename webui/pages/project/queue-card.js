/** The queue of the round: which image is where, and in whose hands. */

import { Card } from "../../components/card.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("../../client/types.d.ts").Item} Item */

/** @param {{live: import("../../state/project-live.js").ProjectLive}} props */
export function QueueCard({ live }) {
  const items = live.items.value;
  const { queue, queueEmpty, queueColumns: columns } = texts.project;
  if (items.length === 0)
    return h(Card, { title: queue, children: html`<p class="hint">${queueEmpty}</p>` });
  const sorted = [...items].sort((a, b) => order(a) - order(b) || a.rank - b.rank);
  const body = html`<div class="scrolls"><table>
    <thead><tr>
      <th scope="col" class="number">#</th>
      <th scope="col">${columns.image}</th>
      <th scope="col">${columns.state}</th>
      <th scope="col">${columns.who}</th>
      <th scope="col" class="number">${columns.score}</th>
    </tr></thead>
    <tbody>
      ${sorted.map(
        (item) => html`<tr key=${item.id}>
        <td class="number muted">${item.rank}</td>
        <td>${item.image.name}</td>
        <td><span class=${`state state-${item.state}`}>${texts.itemStates[item.state] ?? item.state}</span></td>
        <td>${holder(item)}</td>
        <td class="number">${item.score === null ? "–" : item.score.toFixed(3)}</td>
      </tr>`,
      )}
    </tbody>
  </table></div>`;
  return h(Card, { title: queue, children: body });
}

/** Those in hands first, then the open ones. @param {Item} item */
function order({ state }) {
  return ["leased", "returned", "open", "submitted", "skipped"].indexOf(state);
}

/** @param {Item} item */
function holder({ lease }) {
  if (!lease?.user) return html`<span class="muted">–</span>`;
  const name =
    typeof lease.user === "string" ? lease.user : lease.user.display_name || lease.user.name;
  return html`${name} <span class="muted">${texts.project.timeLeft(lease.seconds_left)}</span>`;
}
