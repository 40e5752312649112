/** mIoU against what it cost: labels, minutes or pixels, with an interval and lines to read it by. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Curve } from "../../components/chart.js";
import { Field, Refusal, submitTo, useAct, valueTo } from "../../components/form.js";
import { Switch } from "../../components/switch.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { measured, splitsOf } from "./measured.js";

/**
 * @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive
 * @typedef {import("../../client/types.d.ts").Metrics} Metrics
 * @typedef {import("./measured.js").MeasuredSplit} MeasuredSplit
 * @typedef {"labels" | "minutes" | "pixels"} Axis
 */

/** @type {Axis[]} */
const AXES = ["labels", "minutes", "pixels"];
const MEGA = 1e6;

/** @param {{live: ProjectLive}} props */
export function CurveCard({ live }) {
  const [axis, setAxis] = useState(/** @type {Axis} */ ("labels"));
  const metrics = live.metrics.value;
  const words = texts.evidence;
  const isEmpty = measured(metrics).length === 0;
  const body = isEmpty
    ? html`<p class="hint">${texts.project.curveEmpty}</p>`
    : html`${h(LearningCurve, { metrics, axis })}
        <p class="legend">
          ${metrics.band.length > 0 ? html`<span><i class="legend-band"></i>${words.band}</span>` : html`<span>${words.noBand}</span>`}
          ${metrics.references.map(
            ({ kind, origin, model_version: version }) => html`<span><i class="legend-line"></i>${words.lines[kind]}: ${origin ?? words.ownModel(version ?? 0)}</span>`,
          )}
        </p>
        ${live.project.value?.role === "lead" && h(ReferenceForm, { live })}`;
  const aside = html`<div class="switches">
    ${h(SplitSwitch, { live })} ${!isEmpty && h(AxisSwitch, { axis, onChange: setAxis, metrics })}
  </div>`;
  return h(Card, { title: words.curve, aside, children: body });
}

/** Whose figures all cards show, where there is a choice. @param {{live: ProjectLive}} props */
function SplitSwitch({ live }) {
  const words = texts.evidence;
  const shown = live.metrics.value.split;
  const splits = splitsOf(live.metrics.value);
  if (splits.every((split) => split === shown)) return null;
  return h(Switch, {
    label: words.measuredOn,
    choices: splits.map((split) => ({ value: split, text: words.splits[split] })),
    value: shown,
    onChange: (split) => void live.show(/** @type {MeasuredSplit} */ (split)),
  });
}

/** @param {{axis: Axis, onChange: (axis: Axis) => void, metrics: Metrics}} props */
function AxisSwitch({ axis, onChange, metrics }) {
  const words = texts.evidence;
  const isTimed = metrics.rounds.some(({ minutes_spent: minutes }) => minutes !== null);
  return h(Switch, {
    label: words.against,
    choices: AXES.map((each) => ({
      value: each,
      text: words.axes[each],
      why: each === "minutes" && !isTimed ? words.untimed : undefined,
    })),
    value: axis,
    onChange: (each) => onChange(/** @type {Axis} */ (each)),
  });
}

/** The plot alone, as the report shows it too. @param {{metrics: Metrics, axis: Axis}} props */
export function LearningCurve({ metrics, axis }) {
  const words = texts.evidence;
  const unit = axis === "pixels" ? MEGA : 1;
  const at = (/** @type {number | null} */ value) => (value ?? 0) / unit;
  return h(Curve, {
    points: measured(metrics).map((stage) => ({ x: at(stage[axis]), y: stage.miou, name: stage.name })),
    band: metrics.band.map((place) => ({ x: at(place[axis]), low: place.low, high: place.high })),
    lines: metrics.references.map(({ kind, miou }) => ({ name: words.lines[kind], y: miou })),
    xLabel: words.axisLabels[axis],
    yLabel: words.miou,
    isWhole: axis === "labels",
    label: `${words.curve}, ${words.axes[axis]}`,
  });
}

/** A figure from elsewhere. @param {{live: ProjectLive}} props */
function ReferenceForm({ live }) {
  const words = texts.evidence;
  const [kind, setKind] = useState("source_only");
  const [miou, setMiou] = useState("");
  const [origin, setOrigin] = useState("");
  const { run, why, isBusy } = useAct(async () => {
    const json = { miou: Number(miou) / 100, origin };
    await call("PUT", `/projects/${live.id}/references/${kind}`, { json });
    await live.reload();
  });
  return html`<details class="more-of">
    <summary>${words.compare}</summary>
    <p class="hint">${words.compareHelp}</p>
    <form class="row-form" onSubmit=${submitTo(() => void run())}>
      ${h(Field, {
        label: words.line,
        children: html`<select value=${kind} onChange=${valueTo(setKind)}>
          ${Object.entries(words.lines).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
        </select>`,
      })}
      ${h(Field, { label: words.lineScore, children: html`<input type="number" min="0" max="100" step="any" required value=${miou} onInput=${valueTo(setMiou)} />` })}
      ${h(Field, { label: words.origin, children: html`<input required maxlength="200" placeholder=${words.originExample} value=${origin} onInput=${valueTo(setOrigin)} />` })}
      <button class="button" type="submit" disabled=${isBusy}>${words.addLine}</button>
      ${h(Refusal, { why })}
    </form>
  </details>`;
}
