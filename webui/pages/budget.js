/** The budget of a project: what is left in each unit, who may spend what, and every movement. */

import { get, list } from "../client/request.js";
import { Card } from "../components/card.js";
import { useOnce } from "../components/form.js";
import { Shares } from "../components/progress.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Empty, Failed, Loading } from "../components/state.js";
import { More, Table } from "../components/table.js";
import { dayAndTime, money, whole } from "../format.js";
import { usePages } from "../state/pages.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { AmountForm, MoveForm, RateForm } from "./budget/forms.js";

/**
 * @typedef {{unit: string, holder: string, granted: number, reserved: number, spent: number,
 *            left: number, rate: number | null, currency: string | null, money_spent: number | null}} Pot
 * @typedef {{id: string, unit: string, holder: string, kind: string, amount: number,
 *            user: string | null, created_at: string, note: string}} Entry
 * @typedef {{value: string, name: string}} Holder
 */

/** The holder of what the project itself may spend. */
const PROJECT = "project";

/** @param {{projectId: string}} props */
export function BudgetPage({ projectId }) {
  const words = texts.budget;
  const path = `/projects/${projectId}/budget`;
  const { project } = useProject(projectId);
  const [pots, setPots] = useState(/** @type {Pot[] | null} */ (null));
  const [holders, setHolders] = useState(/** @type {Holder[]} */ ([]));
  const [why, setWhy] = useState("");
  /** @type {import("../state/pages.js").Pages<Entry>} */
  const ledger = usePages(`${path}/ledger`);
  const sendOnce = useOnce();
  const load = async () => {
    try {
      setPots(/** @type {{pots: Pot[]}} */ (await get(`${path}/pots`)).pots);
      setHolders(await holdersOf(projectId));
      setWhy("");
    } catch (error) {
      setWhy(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => void load(), [path]);
  const change = async (/** @type {string} */ method, /** @type {string} */ name, /** @type {unknown} */ json) => {
    await sendOnce(method, `${path}/${name}`, json);
    await Promise.all([load(), ledger.reload()]);
  };
  const isLead = isAtLeast(project, "lead");
  const nameOf = (/** @type {string} */ holder) => nameIn(holders, holder);
  return h(ProjectFrame, {
    projectId,
    tab: "budget",
    title: words.title,
    aside: isLead && html`<a class="button" href=${`/api/v1${path}/statement.csv`} download="budget.csv">${words.statement}</a>`,
    children: why
      ? h(Failed, { why, onRetry: () => void load() })
      : pots === null
        ? h(Loading, {})
        : html`<div class="columns">
            <div class="column">
              ${h(Own, { pots: pots.filter(({ holder }) => holder === PROJECT) })}
              ${h(Limits, { pots: pots.filter(({ holder }) => holder !== PROJECT), nameOf })}
              ${h(Ledger, { ledger, nameOf })}
            </div>
            <div class="column">
              ${isLead && [
                h(AmountForm, { key: "amount", holders, pots, change }),
                h(MoveForm, { key: "move", holders, change }),
                h(RateForm, { key: "rate", change }),
              ]}
            </div>
          </div>`,
  });
}

/** Who may hold a part of the budget: the project, its rounds, its people. @param {string} projectId @returns {Promise<Holder[]>} */
async function holdersOf(projectId) {
  const [rounds, members] = await Promise.all([
    list(`/projects/${projectId}/rounds?limit=200`),
    list(`/projects/${projectId}/members?limit=200`),
  ]);
  return [
    { value: PROJECT, name: texts.budget.project },
    .../** @type {import("../client/types.d.ts").Round[]} */ (rounds).map(({ id, number }) => ({
      value: `round:${id}`,
      name: texts.rounds.name(number),
    })),
    .../** @type {Array<{user: import("../client/types.d.ts").User}>} */ (members).map(({ user }) => ({
      value: `person:${user.id}`,
      name: user.display_name ?? user.name,
    })),
  ];
}

/** @param {Holder[]} holders @param {string} holder */
function nameIn(holders, holder) {
  return holders.find(({ value }) => value === holder)?.name ?? holder;
}

/** @param {{pots: Pot[]}} props */
function Own({ pots }) {
  const words = texts.budget;
  if (pots.every(({ granted }) => granted === 0))
    return html`<div class="card">${h(Empty, { title: words.empty, help: words.emptyHelp })}</div>`;
  return html`${pots.map((pot) => {
    const parts = [
      { name: texts.project.spent, value: pot.spent, kind: "spent" },
      { name: texts.project.reserved, value: pot.reserved, kind: "reserved" },
      { name: texts.project.left, value: Math.max(0, pot.left), kind: "left" },
    ];
    return h(Card, {
      key: pot.unit,
      title: words.units[pot.unit] ?? pot.unit,
      aside: html`<span class="figure">${words.granted(whole(pot.granted))}${pot.money_spent !== null ? `, ${money(pot.money_spent, pot.currency)}` : ""}</span>`,
      children: h(Shares, { parts, label: words.units[pot.unit] ?? pot.unit }),
    });
  })}`;
}

/** @param {{pots: Pot[], nameOf: (holder: string) => string}} props */
function Limits({ pots, nameOf }) {
  const words = texts.budget;
  if (pots.length === 0) return null;
  /** @type {import("../components/table.js").Column<Pot>[]} */
  const columns = [
    { name: words.columns.holder, cell: ({ holder }) => nameOf(holder) },
    { name: words.columns.unit, cell: ({ unit }) => words.units[unit] ?? unit },
    { name: words.columns.limit, isNumber: true, cell: ({ granted }) => whole(granted) },
    { name: texts.project.spent, isNumber: true, cell: ({ spent }) => whole(spent) },
    { name: texts.project.reserved, isNumber: true, cell: ({ reserved }) => whole(reserved) },
    { name: texts.project.left, isNumber: true, cell: ({ left }) => whole(left) },
  ];
  return html`<section aria-label=${words.limits}>
    <h2 class="section-head">${words.limits}</h2>
    ${h(Table, { label: words.limits, rows: pots, columns, keyOf: (/** @type {Pot} */ pot) => pot.unit + pot.holder })}
  </section>`;
}

/** @param {{ledger: import("../state/pages.js").Pages<Entry>, nameOf: (holder: string) => string}} props */
function Ledger({ ledger, nameOf }) {
  const words = texts.budget;
  const rows = ledger.items ?? [];
  if (rows.length === 0) return null;
  /** @type {import("../components/table.js").Column<Entry>[]} */
  const columns = [
    { name: words.columns.at, cell: ({ created_at: at }) => dayAndTime(at) },
    { name: words.columns.kind, cell: ({ kind }) => words.kinds[kind] ?? kind },
    { name: words.columns.amount, isNumber: true, cell: ({ amount }) => whole(amount) },
    { name: words.columns.unit, cell: ({ unit }) => words.units[unit] ?? unit },
    { name: words.columns.holder, cell: ({ holder }) => nameOf(holder) },
    { name: words.columns.who, cell: ({ user }) => user ?? "–" },
    { name: words.columns.note, cell: ({ note }) => note },
  ];
  return html`<section aria-label=${words.ledger}>
    <h2 class="section-head">${words.ledger}</h2>
    ${h(Table, { label: words.ledger, rows, columns, keyOf: (/** @type {Entry} */ { id }) => id })}
    ${h(More, { pages: /** @type {any} */ (ledger) })}
  </section>`;
}
