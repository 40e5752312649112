/** The fields of a round that is planned, now or by a schedule: how many labels, chosen how, trained how. */

import * as texts from "../../texts.js";
import { html } from "../../vendor/preact.js";

/**
 * @typedef {typeof BLANK_PLAN} Plan
 * @typedef {(name: keyof Plan & string, label: string, more?: Record<string, unknown>) =>
 *   import("../../vendor/preact.js").Child} PlanField
 */

export const BLANK_PLAN = {
  asksBy: "number",
  k: "10",
  percent: "2",
  strategy: "entropy",
  quota: "",
  recipe: "",
  initial: "",
  source: "",
  steps: "",
  regions: "",
  blank: "",
  validation: "",
  overlap: "",
  overlapShare: "",
  hidden: "",
  seed: "0",
};

/** Where the API's field has another name. @type {Record<string, string>} */
export const PLAN_NAMES = {
  asksBy: "whole_budget",
  quota: "group_quota",
  blank: "blank_share",
  validation: "validation_labels",
  overlapShare: "overlap_share",
  hidden: "hidden_share",
};

const WHOLE = { type: "number", min: "1", step: "1" };
const SHARE = { type: "number", min: "0", max: "50", step: "any" };

/** How many, and chosen how. @param {{field: PlanField, plan: Plan}} props */
export function PlanFields({ field, plan }) {
  const words = texts.rounds;
  return html`<div class="field-row">
      ${field("asksBy", words.asks, { choices: Object.entries(words.asksBy) })}
      ${plan.asksBy === "number" && field("k", words.number, { ...WHOLE, required: true })}
      ${plan.asksBy === "percent" && field("percent", words.percent, { type: "number", min: "0.01", max: "100", step: "any", required: true })}
    </div>
    ${field("strategy", words.chosenBy, { choices: Object.entries(texts.strategies) })}`;
}

/** Everything else, behind one line. @param {{field: PlanField, plan: Plan}} props */
export function MorePlanFields({ field, plan }) {
  const words = texts.rounds;
  return html`<details>
    <summary>${words.more}</summary>
    <div class="field-grid">
      ${field("quota", words.quota, { choices: Object.entries(words.quotas), help: words.quotaHelp })}
      ${field("validation", words.validation, { type: "number", min: "0", step: "1", help: words.validationHelp })}
      ${field("overlap", words.overlap, { ...WHOLE, help: words.overlapHelp })}
      ${Number(plan.overlap) > 1 && field("overlapShare", words.overlapShare, { ...SHARE, max: "100", help: words.overlapShareHelp })}
      ${field("hidden", words.hidden, { ...SHARE, help: words.hiddenHelp })}
      ${field("blank", words.blank, { ...SHARE, help: words.blankHelp })}
      ${field("regions", words.regions, { ...WHOLE, help: words.regionsHelp })}
      ${field("recipe", words.recipe, { choices: Object.entries(words.recipes) })}
      ${field("steps", words.steps, { ...WHOLE, help: words.stepsHelp })}
      ${field("initial", words.initial, { choices: Object.entries(words.initials) })}
      ${field("source", words.source, { choices: Object.entries(words.sources) })}
      ${field("seed", words.seed, { type: "number", min: "0", step: "1" })}
    </div>
  </details>`;
}

/** Fields of the API that are shares, and here a percentage. */
const SHARES = { blank: "blank_share", hidden: "hidden_share", overlapShare: "overlap_share" };
const COUNTS = { steps: "steps", regions: "regions", overlap: "overlap", validation: "validation_labels" };
const CHOICES = { quota: "group_quota", recipe: "recipe", initial: "initial", source: "source" };

/** The body that the API takes: what was left empty is left out. @param {Plan} plan */
export function askedOf(plan) {
  const labels = {
    number: { k: Number(plan.k) },
    percent: { percent: Number(plan.percent) },
    budget: { whole_budget: true },
  }[plan.asksBy];
  const isAlone = !(Number(plan.overlap) > 1);
  return {
    ...labels,
    strategy: plan.strategy,
    seed: Number(plan.seed),
    ...given(plan, CHOICES, (value) => value),
    ...given(plan, COUNTS, Number),
    ...given(isAlone ? { ...plan, overlapShare: "" } : plan, SHARES, (value) => Number(value) / 100),
  };
}

/**
 * @template T
 * @param {Record<string, string>} plan @param {Record<string, string>} names @param {(value: string) => T} read
 */
function given(plan, names, read) {
  const said = Object.entries(names).filter(([name]) => plan[name] !== "");
  return Object.fromEntries(said.map(([name, asked]) => [asked, read(plan[name])]));
}

/** The form's values of a round that a schedule keeps. @param {import("../../client/lead.d.ts").Schedule["round"]} round @returns {Plan} */
export function planOf({ k, percent, whole_budget: isWhole, strategy, seed, config = {} }) {
  const text = (/** @type {string} */ name) => String(config[name] ?? "");
  const share = (/** @type {string} */ name) =>
    typeof config[name] === "number" ? String(Number((100 * Number(config[name])).toFixed(4))) : "";
  /** @param {Record<string, string>} names @param {(name: string) => string} write */
  const all = (names, write) => Object.fromEntries(Object.entries(names).map(([name, asked]) => [name, write(asked)]));
  return {
    ...BLANK_PLAN,
    ...all(CHOICES, text),
    ...all(COUNTS, text),
    ...all(SHARES, share),
    asksBy: isWhole ? "budget" : percent ? "percent" : "number",
    k: String(k ?? BLANK_PLAN.k),
    percent: String(percent ?? BLANK_PLAN.percent),
    strategy: strategy ?? BLANK_PLAN.strategy,
    seed: String(seed ?? 0),
  };
}
