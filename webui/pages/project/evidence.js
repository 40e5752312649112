/** What the labels bought: the first line in words, the curve, and each class with its change. */

import { Card } from "../../components/card.js";
import { Curve } from "../../components/chart.js";
import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/**
 * @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive
 * @typedef {{name: string, labels: number, miou: number,
 *            perClass: import("../../client/types.d.ts").ClassScore[]}} Measured
 */

/** The measured stages in their order. @param {ProjectLive} live @returns {Measured[]} */
function measured(live) {
  return live.metrics.value.rounds.flatMap(({ number, stage, labels_spent: labels, test }) =>
    test
      ? [
          {
            name: stage === "warm_up" ? texts.project.warmUp : texts.project.roundName(number),
            labels,
            miou: test.miou,
            perClass: test.per_class,
          },
        ]
      : [],
  );
}

/** @param {{live: ProjectLive}} props */
export function Headline({ live }) {
  const stages = measured(live);
  const [last, before] = [stages.at(-1), stages.at(-2)];
  const words = texts.project;
  if (!last) return html`<p class="headline muted">${words.noModel}</p>`;
  return html`<p class="headline">
    ${words.headline(percent(last.miou), last.labels)}${
      before &&
      html`, <span class=${last.miou >= before.miou ? "is-good" : "is-bad"}>${words.change(last.miou - before.miou, before.name)}</span>`
    }.
  </p>`;
}

/** @param {{live: ProjectLive}} props */
export function CurveCard({ live }) {
  const points = measured(live).map(({ name, labels, miou }) => ({ x: labels, y: miou, name }));
  const { curve, curveEmpty, axisLabels } = texts.project;
  const body =
    points.length > 0
      ? h(Curve, { points, xLabel: axisLabels, label: curve })
      : html`<p class="hint">${curveEmpty}</p>`;
  return h(Card, { title: curve, children: body });
}

/** @param {{live: ProjectLive}} props */
export function ClassScoreCard({ live }) {
  const stages = measured(live);
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
  const aside = before && html`<span class="figure">${since(before.name)}</span>`;
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
