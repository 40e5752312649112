/** The schedules of a project: when each starts a round next, and what became of its due moments. */

import { call } from "../client/request.js";
import { ProjectFrame } from "../components/project-frame.js";
import { ConfirmSheet } from "../components/sheet.js";
import { Refusal, useAct } from "../components/form.js";
import { Empty } from "../components/state.js";
import { Rows } from "../components/table.js";
import { dayAndTime, percent } from "../format.js";
import { usePages } from "../state/pages.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { strategyName } from "./rounds.js";
import { ScheduleSheet } from "./schedules/schedule-sheet.js";

/**
 * @typedef {import("../client/lead.d.ts").Schedule} Schedule
 * @typedef {import("../client/lead.d.ts").Fire} Fire
 */

/** @param {{projectId: string}} props */
export function SchedulesPage({ projectId }) {
  const words = texts.schedules;
  const { project } = useProject(projectId);
  /** @type {import("../state/pages.js").Pages<Schedule>} */
  const schedules = usePages(`/projects/${projectId}/schedules`);
  const [isMaking, setMaking] = useState(false);
  const [edited, setEdited] = useState(/** @type {Schedule | null} */ (null));
  const [removed, setRemoved] = useState(/** @type {Schedule | null} */ (null));
  const [shown, setShown] = useState(/** @type {Schedule | null} */ (null));
  const turn = useAct(async (/** @type {Schedule} */ { id, version }, /** @type {boolean} */ enabled) => {
    const headers = { "If-Match": `"${version}"` };
    try {
      await call("PATCH", `/schedules/${id}`, { json: { enabled }, headers });
    } finally {
      await schedules.reload(); // refused: somebody changed it meanwhile, and the list shows how
    }
  });
  const isLead = isAtLeast(project, "lead");
  const make = html`<button type="button" class="button primary" onClick=${() => setMaking(true)}>${words.make}</button>`;
  return h(ProjectFrame, {
    projectId,
    tab: "schedules",
    title: words.title,
    aside: isLead && (schedules.items?.length ?? 0) > 0 && make,
    children: html`${h(Rows, {
      pages: schedules,
      label: words.title,
      keyOf: (/** @type {Schedule} */ { id }) => id,
      columns: columns({
        turn: (schedule, enabled) => void turn.run(schedule, enabled),
        remove: setRemoved,
        edit: setEdited,
        show: setShown,
        isLead,
      }),
      empty: h(Empty, { title: words.empty, help: words.emptyHelp, children: isLead && make }),
    })}
    ${h(Refusal, { why: turn.why })} ${shown && h(Fires, { key: shown.id, schedule: shown })}
    ${isMaking && h(ScheduleSheet, { projectId, reload: schedules.reload, onClose: () => setMaking(false) })}
    ${edited && h(ScheduleSheet, { key: edited.id, projectId, schedule: edited, reload: schedules.reload, onClose: () => setEdited(null) })}
    ${
      removed &&
      h(ConfirmSheet, {
        title: words.removeSure,
        help: words.removeHelp,
        yes: words.remove,
        act: async () => {
          await call("DELETE", `/schedules/${removed.id}`);
          setShown(null);
          await schedules.reload();
        },
        onClose: () => setRemoved(null),
      })
    }`,
  });
}

/** @param {Schedule} schedule */
function ruleOf({ kind, cron, timezone, every, used_share: used }) {
  const words = texts.schedules;
  if (kind === "cron") return words.byCron(cron ?? "", timezone);
  return kind === "labels" ? words.byLabels(every ?? 0) : words.byBudget(percent(used ?? 1, 0));
}

/** @param {Schedule} schedule */
function asksOf({ round: { k, percent: share, strategy } }) {
  const words = texts.schedules;
  const labels = k ? words.labels(k) : share ? words.share(share) : words.wholeBudget;
  return `${labels}, ${strategyName(strategy ?? "entropy")}`;
}

/** @param {Schedule} schedule */
function nextOf({ enabled, next_fire_at: at }) {
  const words = texts.schedules;
  if (!enabled) return html`<span class="muted">${words.isOff}</span>`;
  return at ? dayAndTime(at) : html`<span class="muted">${words.unforeseen}</span>`;
}

/**
 * @param {{turn: (schedule: Schedule, enabled: boolean) => void, isLead: boolean,
 *          remove: (schedule: Schedule) => void, edit: (schedule: Schedule) => void, show: (schedule: Schedule) => void}} does
 * @returns {import("../components/table.js").Column<Schedule>[]}
 */
function columns({ turn, remove, edit, show, isLead }) {
  const words = texts.schedules;
  const names = words.columns;
  return [
    { name: names.rule, cell: ruleOf },
    { name: names.asks, cell: asksOf },
    { name: names.next, cell: nextOf },
    {
      name: names.quiet,
      cell: ({ quiet_since: since, quiet_until: until }) =>
        since && until ? `${since.slice(0, 5)}–${until.slice(0, 5)}` : "–",
    },
    {
      name: names.on,
      cell: (schedule) =>
        html`<input type="checkbox" aria-label=${words.on(ruleOf(schedule))} checked=${schedule.enabled} disabled=${!isLead}
          onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => turn(schedule, currentTarget.checked)} />`,
    },
    {
      name: names.acts,
      isUnseen: true,
      cell: (schedule) => html`<span class="row-acts">
        <button type="button" class="link" onClick=${() => show(schedule)}>${words.log}</button>
        ${isLead && html`<button type="button" class="link" onClick=${() => edit(schedule)}>${words.change}</button>`}
        ${isLead && html`<button type="button" class="link" onClick=${() => remove(schedule)}>${words.remove}</button>`}
      </span>`,
    },
  ];
}

/** What was due: a moment of the clock, a number of labels, a budget. @param {Fire} fire */
function dueOf({ due_at: due }) {
  const words = texts.schedules;
  const [kind, count] = due.split(":");
  if (kind === "labels") return words.dueLabels(Number(count));
  return kind === "budget" ? words.dueBudget(Number(count)) : dayAndTime(due);
}

/** @param {{schedule: Schedule}} props */
function Fires({ schedule }) {
  const words = texts.schedules;
  const names = words.fireColumns;
  /** @type {import("../state/pages.js").Pages<Fire>} */
  const fires = usePages(`/schedules/${schedule.id}/fires`);
  const title = words.fires(ruleOf(schedule));
  return html`<section class="below" aria-label=${title}>
    <h2 class="section-head">${title}</h2>
    ${h(Rows, {
      pages: fires,
      label: title,
      keyOf: (/** @type {Fire} */ { due_at }) => due_at,
      columns: [
        { name: names.due, cell: dueOf },
        { name: names.recorded, cell: (/** @type {Fire} */ { at }) => dayAndTime(at) },
        {
          name: names.outcome,
          cell: (/** @type {Fire} */ { outcome }) =>
            html`<span class=${`state state-${outcome === "started" ? "succeeded" : "skipped"}`}>${words.outcomes[outcome]}</span>`,
        },
        {
          name: names.missed,
          cell: (/** @type {Fire} */ { missed }) => (missed > 0 ? words.missed(missed) : "–"),
        },
        {
          name: names.reason,
          cell: (/** @type {Fire} */ { reason }) => html`<span class="wrapped">${reason}</span>`,
        },
        {
          name: names.round,
          cell: (/** @type {Fire} */ { round_id: id }) =>
            id ? html`<a href=${`/rounds/${id}`}>${words.toRound}</a>` : "–",
        },
      ],
      empty: html`<p class="hint">${words.firesEmpty}</p>`,
    })}
  </section>`;
}
