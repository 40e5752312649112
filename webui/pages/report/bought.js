/** What the labels bought: the curve, each class's change, the forecast against what happened. */

import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { LearningCurve } from "../project/curve-card.js";
import { measured } from "../project/measured.js";

/** @typedef {import("../../client/evidence.d.ts").Report} Report */

/** @param {{report: Report}} props */
export function Bought({ report }) {
  const { metrics } = report;
  const words = texts.report;
  return html`<section class="report-part">
      <h3>${words.bought}</h3>
      ${measured(metrics).length > 0 ? h(LearningCurve, { metrics, axis: "labels" }) : html`<p class="muted">${texts.project.curveEmpty}</p>`}
      ${h(Foreseen, { report })} ${h(Decision, { report })}
    </section>
    ${report.changes.length > 0 && h(Changes, { report })}`;
}

/** @param {{report: Report}} props */
function Foreseen({ report: { forecast, model } }) {
  const words = texts.report;
  if (!forecast?.answer) return model && html`<p class="muted">${words.noForecast}</p>`;
  const { answer } = forecast;
  return html`<p>
    ${words.foreseen(answer.labels, texts.evidence.span(answer.forecast), percent(answer.score))}${" "}
    <span class=${`state ${answer.held ? "state-submitted" : "state-failed"}`}>${answer.held ? texts.evidence.inside : texts.evidence.outside}</span>
  </p>`;
}

/** @param {{report: Report}} props */
function Decision({ report: { decision, model } }) {
  const words = texts.report;
  if (!decision || !model) return null;
  return html`<p>${words.decided[decision.outcome](model.version)} <span class="muted">(${decision.reason})</span></p>`;
}

/** @param {{report: Report}} props */
function Changes({ report: { changes, against, model } }) {
  const words = texts.report;
  const rows = changes
    .map((row) => ({ ...row, change: row.before === null || row.after === null ? null : row.after - row.before }))
    .sort((a, b) => (b.change ?? -2) - (a.change ?? -2));
  const figure = (/** @type {number | null} */ share) => (share === null ? "–" : percent(share));
  return html`<section class="report-part">
    <h3>${words.changes}</h3>
    <table>
      <thead><tr>
        <th scope="col">${words.class}</th>
        <th scope="col" class="number">${words.modelColumn(against?.version ?? 0)}</th>
        <th scope="col" class="number">${words.modelColumn(model?.version ?? 0)}</th>
        <th scope="col" class="number">${words.change}</th>
        <td class="change-bar"></td>
      </tr></thead>
      <tbody>${rows.map(
        ({ id, name, before, after, change }) => html`<tr key=${id}>
          <td>${name}</td>
          <td class="number">${figure(before)}</td>
          <td class="number">${figure(after)}</td>
          <td class=${`number ${change === null || Math.abs(change) < 0.0005 ? "" : change > 0 ? "is-good" : "is-bad"}`}>${change === null ? "–" : `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(1)}`}</td>
          <td class="change-bar">${change !== null && h(ChangeBar, { change, most: widest(rows) })}</td>
        </tr>`,
      )}</tbody>
    </table>
  </section>`;
}

/** @param {Array<{change: number | null}>} rows */
function widest(rows) {
  return Math.max(0.01, ...rows.map(({ change }) => Math.abs(change ?? 0)));
}

/** To the right of the middle: better. @param {{change: number, most: number}} props */
function ChangeBar({ change, most }) {
  const width = (Math.abs(change) / most) * 50;
  const left = change < 0 ? 50 - width : 50;
  return html`<span class=${change < 0 ? "is-loss" : "is-gain"} style=${{ left: `${left}%`, width: `${width}%` }}></span>`;
}
