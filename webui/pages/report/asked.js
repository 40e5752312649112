/** What the round asked for and why, and what it took of people and machines. */

import { duration, percent, whole } from "../../format.js";
import * as texts from "../../texts.js";
import { html } from "../../vendor/preact.js";

/** @typedef {import("../../client/evidence.d.ts").Report} Report */

/** @param {{report: Report}} props */
export function Asked({ report: { round } }) {
  const words = texts.report;
  const strategy = texts.strategies[/** @type {keyof typeof texts.strategies} */ (round.strategy)];
  /** @type {Array<[string, string]>} */
  const lines = [
    [words.images, whole(round.k)],
    [words.strategy, strategy ?? round.strategy],
    [words.recipe, (round.recipe ?? "").toUpperCase()],
    [words.seed, String(round.seed)],
    [words.reason, round.reason ?? ""],
    [words.options, options(round.config)],
  ];
  return html`<section class="report-part">
    <h3>${words.asked}</h3>
    <dl class="report-lines">${lines.map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}

/** @param {Record<string, unknown>} config */
function options(config) {
  return Object.entries(config)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join(", ");
}

/** @param {{report: Report}} props */
export function Cost({ report: { cost, round } }) {
  const words = texts.report;
  const { submitted = 0, skipped = 0 } = round.items ?? {};
  /** @type {Array<[string, string]>} */
  const figures = [
    [words.labels, whole(submitted)],
    [words.skipped, whole(skipped)],
    [words.people, whole(cost.people)],
    [words.minutes, cost.minutes === null ? "–" : duration(cost.minutes * 60)],
    [words.perLabel, cost.minutes === null || !submitted ? "–" : duration((cost.minutes * 60) / submitted)],
    [words.changed, cost.pixels ? percent(cost.changed_pixels / cost.pixels) : "–"],
    [words.hands, `${whole(cost.clicks)} / ${whole(cost.strokes)} / ${whole(cost.undos)}`],
    [words.machine, duration(cost.machine_seconds)],
  ];
  const spent = Object.entries(cost.spent).map(([unit, amount]) => `${whole(amount)} ${words.units[unit] ?? unit}`);
  return html`<section class="report-part">
    <h3>${words.cost}</h3>
    <dl class="report-figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${spent.length > 0 && html`<p class="muted">${words.spent(spent.join(", "))}</p>`}
  </section>`;
}
