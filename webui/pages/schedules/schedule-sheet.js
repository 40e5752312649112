/** The form that makes a schedule: when it is due, when it is quiet, and the round that it starts. */

import { call } from "../../client/request.js";
import { FormSheet } from "../../components/form-sheet.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const BLANK = {
  kind: "cron",
  cron: "0 6 * * 1",
  timezone: HERE,
  every: "50",
  used: "100",
  since: "",
  until: "",
  k: "10",
  strategy: "entropy",
};
const COUNT = { type: "number", min: "1", step: "1", required: true };

/** @param {{projectId: string, reload: () => Promise<void>, onClose: () => void}} props */
export function ScheduleSheet({ projectId, reload, onClose }) {
  const words = texts.schedules;
  return h(FormSheet, {
    title: words.make,
    yes: words.save,
    blank: BLANK,
    onClose,
    act: async (values) => {
      await call("POST", `/projects/${projectId}/schedules`, { json: asked(values) });
      await reload();
    },
    fields: ({ field, values }) => html`
      ${field("kind", words.kind, { choices: Object.entries(words.kinds) })}
      ${values.kind === "cron" && field("cron", words.cron, { required: true, help: words.cronHelp })}
      ${values.kind === "labels" && field("every", words.every, COUNT)}
      ${values.kind === "budget" && field("used", words.used, { ...COUNT, max: "100" })}
      ${field("timezone", words.timezone, { required: true, maxlength: "64" })}
      <div class="field-row">
        ${field("since", words.quietSince, { type: "time", help: words.quietHelp })}
        ${field("until", words.quietUntil, { type: "time", required: values.since !== "" })}
      </div>
      ${field("k", words.asks, COUNT)}
      ${field("strategy", words.chosenBy, { choices: Object.entries(texts.strategies) })}`,
  });
}

/** The body that the API takes. @param {Record<string, string>} values */
function asked({ kind, cron, timezone, every, used, since, until, k, strategy }) {
  const when = {
    cron: { cron },
    labels: { every: Number(every) },
    budget: { used_share: Number(used) / 100 },
  }[kind];
  return {
    kind,
    ...when,
    timezone,
    quiet: since && until ? { since, until } : null,
    round: { k: Number(k), strategy },
  };
}
