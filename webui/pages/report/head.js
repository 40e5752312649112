/** The report's first lines, and its last: by which hashes the round is known. */

import { percent, dayAndTime } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { measured } from "../project/measured.js";

/** @typedef {import("../../client/evidence.d.ts").Report} Report */

/** @param {{report: Report}} props */
export function Head({ report }) {
  const { project_name: name, round, decision } = report;
  const words = texts.report;
  return html`<header class="report-head">
    <p class="report-project">${name}</p>
    <h2>${words.title(round.number)}</h2>
    <p class="muted">${round.started_at ? dayAndTime(round.started_at) : ""}${round.closed_at ? ` – ${dayAndTime(round.closed_at)}` : `, ${texts.roundStates[round.state].toLowerCase()}`}</p>
    <p class="report-sum">${h(Sum, { report })} ${decision && html`<span class=${`state ${decision.outcome === "promoted" ? "state-succeeded" : "state-failed"}`}>${words.outcomes[decision.outcome]}</span>`}</p>
  </header>`;
}

/** @param {{report: Report}} props */
function Sum({ report: { model, round, metrics } }) {
  const words = texts.report;
  const stages = measured(metrics);
  const [last, before] = [stages.at(-1), stages.at(-2)];
  if (!model || !last) return html`<span>${words.unfinished(texts.roundStates[round.state].toLowerCase())}</span>`;
  return html`<span>${texts.project.headline(percent(last.miou), last.labels, metrics.split)}${
    before && `, ${texts.project.change(last.miou - before.miou, before.name)}`
  }.</span>`;
}

/** @param {{report: Report}} props */
export function Fingerprint({ report: { hashes, model } }) {
  const words = texts.report;
  /** @type {Array<[string, string | null]>} */
  const lines = [
    [words.manifest, hashes.manifest],
    [words.snapshot, hashes.snapshot],
    [words.configuration, hashes.configuration],
    [words.model, model && `${model.version}, ${model.id}`],
    [words.code, hashes.code_version],
  ];
  return html`<footer class="report-part fingerprint">
    <h3>${words.fingerprint}</h3>
    <p class="muted">${words.fingerprintHelp}</p>
    <dl>${lines.map(([name, value]) => value && html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`)}</dl>
  </footer>`;
}
