/** The form that drafts a round: how many labels, chosen how, trained how. */

import { call } from "../../client/request.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { Sheet } from "../../components/sheet.js";
import { go } from "../../router.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/types.d.ts").Project} Project
 * @typedef {typeof BLANK} Plan
 */

const BLANK = {
  asksBy: "number",
  k: "10",
  percent: "2",
  strategy: "entropy",
  recipe: "",
  initial: "",
  source: "",
  steps: "",
  regions: "",
  blank: "",
  overlap: "",
  hidden: "",
  seed: "0",
};

/** @param {{project: Project, onClose: () => void}} props */
export function PlanSheet({ project, onClose }) {
  const words = texts.rounds;
  const [plan, setPlan] = useState(BLANK);
  const { run, why, fields, isBusy } = useAct(async () => {
    /** @type {import("../../client/types.d.ts").Round} */
    const round = await call("POST", `/projects/${project.id}/rounds`, { json: asked(plan) });
    onClose();
    go(`/rounds/${round.id}`);
  });
  /** @param {keyof Plan} name @param {string} label @param {Record<string, unknown>} [more] */
  const field = (name, label, more = {}) =>
    h(ToldField, {
      label,
      value: plan[name],
      onValue: (value) => setPlan({ ...plan, [name]: value }),
      why: fields[NAMES[name] ?? name],
      ...more,
    });
  const whole = { type: "number", min: "1", step: "1" };
  return h(Sheet, {
    title: words.plan,
    onClose,
    children: html`<form class="plan-form" onSubmit=${submitTo(() => void run())}>
      <div class="field-row">
        ${field("asksBy", words.asks, { choices: Object.entries(words.asksBy) })}
        ${plan.asksBy === "number" && field("k", words.number, { ...whole, required: true })}
        ${plan.asksBy === "percent" && field("percent", words.percent, { type: "number", min: "0.01", max: "100", step: "any", required: true })}
      </div>
      ${field("strategy", words.chosenBy, { choices: Object.entries(texts.strategies) })}
      <details>
        <summary>${words.more}</summary>
        <div class="field-grid">
          ${field("recipe", words.recipe, { choices: Object.entries(words.recipes) })}
          ${field("steps", words.steps, { ...whole, help: words.stepsHelp })}
          ${field("initial", words.initial, { choices: Object.entries(words.initials) })}
          ${field("source", words.source, { choices: Object.entries(words.sources) })}
          ${field("regions", words.regions, { ...whole, help: words.regionsHelp })}
          ${field("blank", words.blank, { type: "number", min: "0", max: "50", step: "any", help: words.blankHelp })}
          ${field("overlap", words.overlap, { ...whole, help: words.overlapHelp })}
          ${field("hidden", words.hidden, { type: "number", min: "0", max: "50", step: "any", help: words.hiddenHelp })}
          ${field("seed", words.seed, { type: "number", min: "0", step: "1" })}
        </div>
      </details>
      ${h(Preview, { project, plan })}
      ${h(Refusal, { why: Object.keys(fields).some((name) => name in plan) ? "" : why })}
      <div class="actions">
        <button type="submit" class="button primary" disabled=${isBusy}>${words.draft}</button>
        <button type="button" class="button quiet" onClick=${onClose}>${texts.sheet.cancel}</button>
      </div>
    </form>`,
  });
}

/** Where the API's field has another name. @type {Partial<Record<keyof Plan, string>>} */
const NAMES = { asksBy: "whole_budget", blank: "blank_share", hidden: "hidden_share" };

/** What it will ask and cost, in words. @param {{project: Project, plan: Plan}} props */
function Preview({ project, plan }) {
  const words = texts.rounds;
  const { pool = 0, pool_labelled: labelled = 0 } = project.counts ?? {};
  const [free, left] = [pool - labelled, project.budget?.left ?? 0];
  const labels = labelsOf(plan, pool, left);
  return html`<div class="hint" role="status">
    <p>${labels > free ? words.tooMany(free) : words.preview(labels, free, left)}</p>
    ${labels > left && html`<p>${words.overBudget(left)}</p>`}
    <p>${words.nothingRuns}</p>
  </div>`;
}

/** @param {Plan} plan @param {number} pool images, labelled or not @param {number} left of the budget */
function labelsOf({ asksBy, k, percent }, pool, left) {
  if (asksBy === "number") return Number(k);
  return asksBy === "percent" ? Math.max(1, Math.round((pool * Number(percent)) / 100)) : left;
}

/** The body that the API takes: what was left empty is left out. @param {Plan} plan */
function asked({ asksBy, k, percent, strategy, blank, hidden, seed, ...named }) {
  const labels = {
    number: { k: Number(k) },
    percent: { percent: Number(percent) },
    budget: { whole_budget: true },
  }[asksBy];
  const { steps, regions, overlap, ...words } = named;
  const given = Object.entries(words).filter(([, value]) => value !== "");
  const numbers = Object.entries({ steps, regions, overlap }).filter(([, value]) => value !== "");
  return {
    ...labels,
    strategy,
    seed: Number(seed),
    ...Object.fromEntries(given),
    ...Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])),
    ...(blank === "" ? {} : { blank_share: Number(blank) / 100 }),
    ...(hidden === "" ? {} : { hidden_share: Number(hidden) / 100 }),
  };
}
