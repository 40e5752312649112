/** What a plan would ask for and cost now, as the service works it out. */

import { call } from "../../client/request.js";
import { money } from "../../format.js";
import * as texts from "../../texts.js";
import { html, useEffect, useState } from "../../vendor/preact.js";
import { askedOf } from "./plan-fields.js";

/**
 * @typedef {import("./plan-fields.js").Plan} Plan
 * @typedef {import("../../client/lead.d.ts").RoundCost} RoundCost
 */

/** While somebody types, nothing is asked for. */
const SETTLE_MS = 200;

/** @param {{projectId: string, plan: Plan}} props */
export function PlanCost({ projectId, plan }) {
  const [cost, setCost] = useState(/** @type {RoundCost | null} */ (null));
  const [why, setWhy] = useState("");
  const asked = JSON.stringify(askedOf(plan));
  useEffect(() => {
    let isWanted = true;
    const ask = async () => {
      try {
        const json = JSON.parse(asked);
        /** @type {RoundCost} */
        const found = await call("POST", `/projects/${projectId}/rounds/preview`, { json });
        if (isWanted) [setCost(found), setWhy("")];
      } catch (error) {
        if (isWanted) [setCost(null), setWhy(error instanceof Error ? error.message : String(error))];
      }
    };
    const settling = setTimeout(() => void ask(), SETTLE_MS);
    return () => {
      isWanted = false;
      clearTimeout(settling);
    };
  }, [projectId, asked]);
  return html`<div class="plan-cost" role="status">
    ${why && html`<p class="refusal">${why}</p>`}
    ${cost && linesOf(cost).map(({ text, isWarning }) => html`<p key=${text} class=${isWarning ? "is-warn" : ""}>${text}</p>`)}
  </div>`;
}

/** @param {RoundCost} cost @returns {Array<{text: string, isWarning?: boolean}>} */
function linesOf(cost) {
  const words = texts.rounds;
  const { k, labels, people, several, validation, hidden, groups, unlabelled, left } = cost;
  const price = cost.money === null ? "" : money(cost.money, cost.currency);
  return [
    { text: words.preview(k, unlabelled, labels, left, price) },
    ...(several > 0 ? [{ text: words.severalCost(several, people, labels - k) }] : []),
    ...(validation > 0 ? [{ text: words.validationCost(validation) }] : []),
    ...(hidden > 0 ? [{ text: words.hiddenCost(hidden) }] : []),
    ...(groups > 1 ? [{ text: words.groupsShare(groups) }] : []),
    ...(k > unlabelled ? [{ text: words.tooMany(unlabelled), isWarning: true }] : []),
    ...(labels > left ? [{ text: words.overBudget(left), isWarning: true }] : []),
  ];
}
