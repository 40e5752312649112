/** The form that makes or changes a schedule: when it is due, when it is quiet, the round that it starts. */

import { call } from "../../client/request.js";
import { FormSheet } from "../../components/form-sheet.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { PlanCost } from "../rounds/plan-cost.js";
import {
  askedOf,
  BLANK_PLAN,
  MorePlanFields,
  PLAN_NAMES,
  PlanFields,
  planOf,
} from "../rounds/plan-fields.js";

/**
 * @typedef {import("../../client/lead.d.ts").Schedule} Schedule
 * @typedef {import("../rounds/plan-fields.js").Plan} Plan
 * @typedef {Record<string, string>} Values
 */

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const BLANK = {
  kind: "cron",
  cron: "0 6 * * 1",
  timezone: HERE,
  every: "50",
  used: "100",
  since: "",
  until: "",
};
const NAMES = { ...PLAN_NAMES, used: "used_share" };
const COUNT = { type: "number", min: "1", step: "1", required: true };

/** @param {{projectId: string, schedule?: Schedule, reload: () => Promise<void>, onClose: () => void}} props without a schedule, a new one */
export function ScheduleSheet({ projectId, schedule, reload, onClose }) {
  const words = texts.schedules;
  return h(FormSheet, {
    title: schedule ? words.edit : words.make,
    yes: schedule ? words.keep : words.save,
    blank: schedule ? valuesOf(schedule) : { ...BLANK, ...BLANK_PLAN },
    names: NAMES,
    onClose,
    act: async (values) => {
      if (schedule) {
        await call("PATCH", `/schedules/${schedule.id}`, {
          json: asked(values),
          headers: { "If-Match": `"${schedule.version}"` },
        });
      } else {
        const json = { kind: values.kind, ...asked(values) };
        await call("POST", `/projects/${projectId}/schedules`, { json });
      }
      await reload();
    },
    fields: ({ field, values }) => {
      const plan = /** @type {Plan} */ (/** @type {unknown} */ (values));
      return html`<div class="plan-form">
        ${!schedule && field("kind", words.kind, { choices: Object.entries(words.kinds) })}
        <div class="field-row">
          ${values.kind === "cron" && field("cron", words.cron, { required: true, help: words.cronHelp })}
          ${values.kind === "labels" && field("every", words.every, COUNT)}
          ${values.kind === "budget" && field("used", words.used, { ...COUNT, max: "100" })}
          ${field("timezone", words.timezone, { required: true, maxlength: "64" })}
        </div>
        <div class="field-row">
          ${field("since", words.quietSince, { type: "time", required: values.until !== "", help: words.quietHelp })}
          ${field("until", words.quietUntil, { type: "time", required: values.since !== "" })}
        </div>
        <h3 class="form-head">${words.round}</h3>
        ${h(PlanFields, { field, plan })} ${h(PlanCost, { projectId, plan })}
        ${h(MorePlanFields, { field, plan })}
        <p class="hint">${words.costHelp}</p>
      </div>`;
    },
  });
}

/** What the API takes of both, a new one and a change. @param {Values} values */
function asked(values) {
  const { kind, cron, timezone, every, used, since, until } = values;
  const when = {
    cron: { cron },
    labels: { every: Number(every) },
    budget: { used_share: Number(used) / 100 },
  }[kind];
  return {
    ...when,
    timezone,
    quiet: since && until ? { since, until } : null,
    round: askedOf(/** @type {Plan} */ (/** @type {unknown} */ (values))),
  };
}

/** @param {Schedule} schedule @returns {Values} */
function valuesOf(schedule) {
  return {
    kind: schedule.kind,
    cron: schedule.cron ?? BLANK.cron,
    timezone: schedule.timezone,
    every: String(schedule.every ?? BLANK.every),
    used: String(Math.round(100 * (schedule.used_share ?? 1))),
    since: schedule.quiet_since?.slice(0, 5) ?? "",
    until: schedule.quiet_until?.slice(0, 5) ?? "",
    ...planOf(schedule.round),
  };
}
