/** The form that drafts a round: how many labels, chosen how, trained how, and what that costs. */

import { FormSheet } from "../../components/form-sheet.js";
import { useOnce } from "../../components/form.js";
import { go } from "../../router.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { PlanCost } from "./plan-cost.js";
import { askedOf, BLANK_PLAN, MorePlanFields, PLAN_NAMES, PlanFields } from "./plan-fields.js";

/** @typedef {import("./plan-fields.js").Plan} Plan */

/** @param {{project: import("../../client/types.d.ts").Project, onClose: () => void}} props */
export function PlanSheet({ project, onClose }) {
  const words = texts.rounds;
  const sendOnce = useOnce();
  return h(FormSheet, {
    title: words.plan,
    yes: words.draft,
    blank: BLANK_PLAN,
    names: PLAN_NAMES,
    onClose,
    act: async (values) => {
      const asked = askedOf(/** @type {Plan} */ (values));
      /** @type {import("../../client/types.d.ts").Round} */
      const round = await sendOnce("POST", `/projects/${project.id}/rounds`, asked);
      go(`/rounds/${round.id}`);
    },
    fields: ({ field, values }) => {
      const plan = /** @type {Plan} */ (values);
      return html`<div class="plan-form">
        ${h(PlanFields, { field, plan })} ${h(PlanCost, { projectId: project.id, plan })}
        ${h(MorePlanFields, { field, plan })}
        <p class="hint">${words.nothingRuns}</p>
      </div>`;
    },
  });
}
