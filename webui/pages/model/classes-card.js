/** A model's score in each class, and its change against another model. */

import { Card } from "../../components/card.js";
import { Switch } from "../../components/switch.js";
import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/types.d.ts").Model} Model
 * @typedef {import("../../client/types.d.ts").ClassScore} ClassScore
 */

/** The one that decides about promotion first. */
const SPLITS = ["validation", "test"];

/**
 * @param {{model: Model, against: Model | null, colours: import("../../client/types.d.ts").LabelClass[]}} props
 */
export function ClassesCard({ model, against, colours }) {
  const words = texts.models;
  const splits = SPLITS.filter((split) => model.evaluations?.some((one) => one.split === split));
  const [chosen, setChosen] = useState("");
  const split = splits.includes(chosen) ? chosen : splits[0];
  if (!split)
    return h(Card, { title: words.perClass, children: html`<p class="hint">${words.notMeasured}</p>` });
  const other = against ? scoresOf(against, split) : [];
  const before = new Map(other.map(({ id, iou }) => [id, iou]));
  const colourOf = new Map(colours.map(({ id, colour }) => [id, colour]));
  const compared = other.length > 0 && against ? `, ${words.against(against.version)}` : "";
  return h(Card, {
    title: words.perClass,
    aside: html`<div class="switches">
      <span class="figure">${words.splits[split]}${compared}</span>
      ${splits.length > 1 && h(SplitSwitch, { splits, split, onChange: setChosen })}
    </div>`,
    children: html`<ul class="bars">
      ${scoresOf(model, split).map(
        ({ id, name, iou }) => html`<li key=${id}>
          <span class="swatch" style=${{ backgroundColor: colourOf.get(id) ?? "#888888" }}></span>
          <span class="bar-name">${name}</span>
          <span class="bar-track"><span style=${{ width: `${(iou ?? 0) * 100}%` }}></span></span>
          <span class="number">${iou === null ? "–" : percent(iou)}</span>
          ${h(Change, { now: iou, before: before.get(id) ?? null })}
        </li>`,
      )}
    </ul>`,
  });
}

/** @param {{splits: string[], split: string, onChange: (split: string) => void}} props */
function SplitSwitch({ splits, split, onChange }) {
  const words = texts.evidence;
  const choices = splits.map((value) => ({ value, text: words.splits[value] }));
  return h(Switch, { label: words.measuredOn, choices, value: split, onChange });
}

/** @param {{now: number | null, before: number | null}} props */
function Change({ now, before }) {
  if (now === null || before === null) return html`<span class="number change"></span>`;
  const points = now - before;
  return html`<span class=${`number change ${points >= 0 ? "is-good" : "is-bad"}`}>${texts.rounds.change(points)}</span>`;
}

/** @param {Model} model @param {string} split @returns {ClassScore[]} the best first */
function scoresOf(model, split) {
  const found = model.evaluations?.find((one) => one.split === split)?.per_class ?? [];
  return [...found].sort((a, b) => (b.iou ?? -1) - (a.iou ?? -1));
}
