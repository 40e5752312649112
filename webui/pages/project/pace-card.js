/** How fast labels come in, from whom, and when the queue is empty at that pace. */

import { Card } from "../../components/card.js";
import { duration, percent, timeOfDay, whole } from "../../format.js";
import { useFetched } from "../../state/fetched.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/evidence.d.ts").Throughput} Throughput
 * @typedef {import("../../client/evidence.d.ts").Evidence} Evidence
 */

/** @param {{live: import("../../state/project-live.js").ProjectLive}} props for leads */
export function PaceCard({ live }) {
  // The queue is loaded again on every change and every few seconds: the pace goes with it.
  const version = live.items.value;
  const pace = /** @type {Throughput | null} */ (useFetched(`/projects/${live.id}/throughput`, version).data);
  const bought = /** @type {Evidence | null} */ (useFetched(`/projects/${live.id}/evidence`, live.metrics.value).data);
  const words = texts.evidence;
  if (!pace || pace.people.length === 0)
    return h(Card, { title: words.pace, children: html`<p class="hint">${words.paceEmpty}</p>` });
  const body = html`<dl class="figures">
      ${figure(words.perHour, pace.per_hour === null ? "–" : pace.per_hour.toFixed(1))}
      ${figure(words.waiting, whole((pace.items.open ?? 0) + (pace.items.returned ?? 0)))}
      ${figure(words.finish, pace.finish_at ? until(pace.finish_at) : "–")}
    </dl>
    <table class="pace">
      <thead><tr>
        <th scope="col">${words.paceColumns.who}</th>
        <th scope="col" class="number">${words.paceColumns.lastHour}</th>
        <th scope="col" class="number">${words.paceColumns.active}</th>
        <th scope="col" class="number">${words.paceColumns.holds}</th>
      </tr></thead>
      <tbody>${pace.people.map(
        ({ name, labels, per_hour: hourly, holds }) => html`<tr>
          <td class="bar-name">${name}</td>
          <td class="number">${labels}</td>
          <td class="number">${hourly === null ? "–" : hourly.toFixed(1)}</td>
          <td class="number">${holds || ""}</td>
        </tr>`,
      )}</tbody>
    </table>
    ${bought && h(Bought, { bought })}`;
  return h(Card, { title: words.pace, children: body });
}

/** @param {string} name @param {string} value */
function figure(name, value) {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** @param {string} moment */
function until(moment) {
  const seconds = (new Date(moment).getTime() - Date.now()) / 1000;
  return seconds < 12 * 3600 ? timeOfDay(moment).slice(0, 5) : duration(seconds);
}

/** What showing the model's mask saves, and how right it was. @param {{bought: Evidence}} props */
function Bought({ bought: { effort_saved: saved, pseudo_labels: rounds } }) {
  const words = texts.evidence;
  const last = rounds.at(-1);
  return html`<p class="hint">
    ${saved ? words.saved(percent(saved.share, 0), percent(saved.low, 0), percent(saved.high, 0)) : words.savedUnknown}${" "}
    ${last && words.pseudo(percent(last.accuracy), last.round)}
  </p>`;
}
