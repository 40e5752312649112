/** Each class's score as a bar, with its change since the training before. */

import { Card } from "../../components/card.js";
import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { measured } from "./measured.js";

/** @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive */

/** @param {{live: ProjectLive}} props */
export function ClassScoreCard({ live }) {
  const stages = measured(live.metrics.value);
  const [last, before] = [stages.at(-1), stages.at(-2)];
  const { perClass, perClassEmpty, since } = texts.project;
  if (!last)
    return h(Card, { title: perClass, children: html`<p class="hint">${perClassEmpty}</p>` });
  const colours = new Map(
    live.project.value?.classes?.classes.map(({ id, colour }) => [id, colour]),
  );
  const rows = last.perClass
    .map((one) => {
      const earlier = before?.perClass.find(({ id }) => id === one.id)?.iou ?? null;
      return { ...one, change: one.iou === null || earlier === null ? null : one.iou - earlier };
    })
    .sort((a, b) => (b.iou ?? -1) - (a.iou ?? -1));
  const body = html`<ul class="bars">
    ${rows.map(
      ({ id, name, iou, change }) => html`<li>
        <span class="swatch" style=${{ backgroundColor: colours.get(id) ?? "#888888" }}></span>
        <span class="bar-name">${name}</span>
        <span class="bar-track"><span style=${{ width: `${(iou ?? 0) * 100}%` }}></span></span>
        <span class="number">${iou === null ? "–" : percent(iou)}</span>
        <span class=${`number change ${changeKind(change)}`}>${changeText(change)}</span>
      </li>`,
    )}
  </ul>`;
  const on = texts.models.splits[live.metrics.value.split];
  const aside = html`<span class="figure">${on}${before && `, ${since(before.name)}`}</span>`;
  return h(Card, { title: perClass, aside, children: body });
}

/** @param {number | null} change */
function changeKind(change) {
  if (change === null || Math.abs(change) < 0.0005) return "";
  return change > 0 ? "is-good" : "is-bad";
}

/** @param {number | null} change */
function changeText(change) {
  if (change === null) return "";
  return `${change >= 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(1)}`;
}
