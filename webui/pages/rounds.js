/** The rounds of a project: what each asked for and brought, and a form that plans the next. */

import { ProjectFrame } from "../components/project-frame.js";
import { Empty } from "../components/state.js";
import { Rows } from "../components/table.js";
import { dayAndTime, duration, percent } from "../format.js";
import { usePages } from "../state/pages.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { PlanSheet } from "./rounds/plan-sheet.js";

/** @typedef {import("../client/types.d.ts").Round} Round */

/** @param {{projectId: string}} props */
export function RoundsPage({ projectId }) {
  const { project } = useProject(projectId);
  /** @type {import("../state/pages.js").Pages<Round>} */
  const rounds = usePages(`/projects/${projectId}/rounds`);
  const [isPlanning, setPlanning] = useState(false);
  const words = texts.rounds;
  const plan = html`<button type="button" class="button primary" onClick=${() => setPlanning(true)}>${words.plan}</button>`;
  const isLead = isAtLeast(project, "lead");
  return h(ProjectFrame, {
    projectId,
    tab: "rounds",
    title: words.title,
    aside: isLead && plan,
    children: html`${h(Rows, {
      pages: rounds,
      label: words.title,
      keyOf: (/** @type {Round} */ { id }) => id,
      columns: columns(rounds.items ?? []),
      empty: h(Empty, {
        title: words.empty,
        help: words.emptyHelp,
        children: isLead && plan,
      }),
    })}
    ${isPlanning && project && h(PlanSheet, { project, onClose: () => setPlanning(false) })}`,
  });
}

/** @param {Round[]} rounds newest first @returns {import("../components/table.js").Column<Round>[]} */
function columns(rounds) {
  const names = texts.rounds.columns;
  return [
    {
      name: names.name,
      cell: ({ id, number }) => html`<a href=${`/rounds/${id}`}>${texts.rounds.name(number)}</a>`,
    },
    {
      name: names.state,
      cell: ({ state }) =>
        html`<span class=${`state state-${state}`}>${texts.roundStates[state]}</span>`,
    },
    { name: names.strategy, cell: ({ strategy }) => strategyName(strategy) },
    {
      name: names.labels,
      isNumber: true,
      cell: ({ items, k }) => texts.rounds.labelsOf(items?.submitted ?? 0, items?.total || k),
    },
    { name: names.spent, isNumber: true, cell: spentOf },
    {
      name: names.miou,
      isNumber: true,
      cell: ({ miou }) => (typeof miou === "number" ? percent(miou) : "–"),
    },
    {
      name: names.change,
      isNumber: true,
      cell: (round) => html`<${Change} points=${changeOf(round, rounds)} />`,
    },
    { name: names.started, cell: ({ started_at: at }) => (at ? dayAndTime(at) : "–") },
  ];
}

/** Labels paid for of those planned and, where it was recorded, people's time. @param {Round} round */
export function spentOf({ spent }) {
  if (!spent) return "–";
  const labels = texts.rounds.labelsOf(spent.labels, spent.planned);
  return spent.seconds === null ? labels : `${labels} · ${duration(spent.seconds)}`;
}

/** @param {string} strategy */
export function strategyName(strategy) {
  const known = texts.strategies[/** @type {keyof typeof texts.strategies} */ (strategy)];
  return known?.split(/[:：(（]/)[0].trim() ?? strategy;
}

/** Against the newest earlier round that was measured. @param {Round} round @param {Round[]} rounds */
function changeOf(round, rounds) {
  const before = rounds.find(
    ({ number, miou }) => number < round.number && typeof miou === "number",
  );
  if (typeof round.miou !== "number" || typeof before?.miou !== "number") return null;
  return round.miou - before.miou;
}

/** @param {{points: number | null}} props */
function Change({ points }) {
  if (points === null) return "–";
  return html`<span class=${points >= 0 ? "is-good" : "is-bad"}>${texts.rounds.change(points)}</span>`;
}
