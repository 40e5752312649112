/** A person's figures as columns: how much, how fast, what they changed, how well they do. */

import { duration, percent, whole } from "../../format.js";
import * as texts from "../../texts.js";
import { html } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/lead.d.ts").Member} Member
 * @typedef {import("../../client/lead.d.ts").Person} Person
 */

/**
 * @param {(member: Member) => Person | undefined} of
 * @param {number} asked the mean that the project asks for on hidden truths
 * @returns {import("../../components/table.js").Column<Member>[]}
 */
export function figureColumns(of, asked) {
  const names = texts.people.columns;
  /** @param {string} name @param {(person: Person) => import("../../vendor/preact.js").Child} cell */
  const figure = (name, cell) => ({
    name,
    isNumber: true,
    cell: (/** @type {Member} */ member) => {
      const person = of(member);
      return person ? cell(person) : "–";
    },
  });
  return [
    figure(names.labels, ({ labels }) => whole(labels)),
    figure(names.skipped, ({ skipped }) => whole(skipped)),
    figure(names.minutes, ({ minutes }) => orNone(minutes, (all) => duration(all * 60))),
    figure(names.median, ({ median_seconds: median }) => orNone(median, duration)),
    figure(names.changed, ({ changed_share: share }) => orNone(share, percent)),
    figure(names.returned, ({ returned_share: share }) => orNone(share, (all) => percent(all, 0))),
    figure(names.agreement, agreementOf),
    figure(names.hidden, (person) => hiddenOf(person, asked)),
  ];
}

/** @param {number | null | undefined} value @param {(value: number) => string} shown */
function orNone(value, shown) {
  return typeof value === "number" ? shown(value) : "–";
}

/** @param {Person} person */
function agreementOf({ agreement }) {
  if (!agreement) return "–";
  return html`<span title=${texts.people.agreementOver(agreement.images)}>${percent(agreement.miou)}</span>`;
}

/**
 * Its mean, where it lies beside what is asked, and in words where it is known to be too low.
 *
 * @param {Person} person @param {number} asked
 */
function hiddenOf({ hidden }, asked) {
  if (!hidden) return "–";
  const words = texts.people;
  const { items, mean, low, high, flagged_after: flagged } = hidden;
  return html`<span class="interval" aria-hidden="true" title=${words.over(items)}>
      <span class="interval-span" style=${{ left: `${low * 100}%`, right: `${(1 - high) * 100}%` }}></span>
      <span class="interval-mean" style=${{ left: `${mean * 100}%` }}></span>
      <span class="interval-asked" style=${{ left: `${asked * 100}%` }}></span>
    </span>
    ${percent(mean)}${" "}
    <span class="muted" title=${words.over(items)}>(${words.interval(percent(low, 0), percent(high, 0))})</span>
    ${flagged !== null && html`<span class="state state-failed" title=${words.flagged(flagged)}>${words.flagged(flagged)}</span>`}`;
}
