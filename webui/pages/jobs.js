/** The jobs of a project: what runs, what waits, what went wrong. */

import { Filters } from "../components/filters.js";
import { Progress } from "../components/progress.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Empty } from "../components/state.js";
import { Rows } from "../components/table.js";
import { dayAndTime, duration, percent } from "../format.js";
import { useProjectEvents } from "../state/events.js";
import { useFilters } from "../state/filters.js";
import { usePages } from "../state/pages.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";

/** @typedef {import("../client/types.d.ts").Job} Job */

/** @param {{projectId: string}} props */
export function JobsPage({ projectId }) {
  const words = texts.jobs;
  const filters = useFilters(["state", "kind"]);
  /** @type {import("../state/pages.js").Pages<Job>} */
  const jobs = usePages(`/projects/${projectId}/jobs?${filters.search}`);
  useProjectEvents(projectId, () => void jobs.reload());
  return h(ProjectFrame, {
    projectId,
    tab: "jobs",
    title: words.title,
    children: html`
      ${h(Filters, {
        fields: [
          { name: "state", label: words.columns.state, choices: Object.entries(texts.jobStates) },
          { name: "kind", label: words.columns.kind, choices: Object.entries(texts.jobKinds) },
        ],
        values: filters.values,
        onChange: filters.set,
      })}
      ${h(Rows, {
        pages: jobs,
        label: words.title,
        keyOf: (/** @type {Job} */ { id }) => id,
        columns: columns(),
        empty: h(Empty, { title: words.empty, help: words.emptyHelp }),
      })}
    `,
  });
}

/** @returns {import("../components/table.js").Column<Job>[]} */
function columns() {
  const names = texts.jobs.columns;
  return [
    {
      name: names.kind,
      cell: ({ id, kind }) => html`<a href=${`/jobs/${id}`}>${texts.jobKinds[kind] ?? kind}</a>`,
    },
    {
      name: names.state,
      cell: ({ state }) =>
        html`<span class=${`state state-${state}`}>${texts.jobStates[state]}</span>`,
    },
    { name: names.progress, cell: (job) => h(ProgressCell, { job }) },
    {
      name: names.says,
      cell: ({ error, message }) =>
        error ? html`<span class="refusal">${error}</span>` : (message ?? ""),
    },
    { name: names.began, cell: ({ started_at: at }) => (at ? dayAndTime(at) : "–") },
    { name: names.took, isNumber: true, cell: (job) => tookOf(job) },
  ];
}

/** @param {{job: Job}} props */
function ProgressCell({ job: { state, kind, progress, eta_seconds: left } }) {
  if (state !== "running") return state === "succeeded" ? percent(1, 0) : "–";
  const label = texts.jobKinds[kind] ?? kind;
  return html`<span class="progress-cell">
    ${h(Progress, { share: progress ?? 0, label })}
    <span class="figure">${percent(progress ?? 0, 0)}${typeof left === "number" && `, ${texts.project.timeLeft(left)}`}</span>
  </span>`;
}

/** @param {Job} job */
export function tookOf({ started_at: start, finished_at: end }) {
  return start && end ? duration((Date.parse(end) - Date.parse(start)) / 1000) : "–";
}
