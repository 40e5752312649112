/** One import: how far it is, and afterwards what became of each file. */

import { call } from "../client/request.js";
import { Card } from "../components/card.js";
import { Refusal, useAct } from "../components/form.js";
import { Filters } from "../components/filters.js";
import { Shares } from "../components/progress.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Empty, Failed, Loading } from "../components/state.js";
import { Rows } from "../components/table.js";
import { dayAndTime } from "../format.js";
import { useFilters } from "../state/filters.js";
import { useJob } from "../state/jobs.js";
import { usePages } from "../state/pages.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { JobBar, tookOf } from "./data/imports-card.js";

/**
 * @typedef {import("../client/types.d.ts").Job} Job
 * @typedef {import("../client/data.d.ts").Imported} Imported
 * @typedef {import("../client/data.d.ts").ReportLine} ReportLine
 */

/** @param {{jobId: string}} props */
export function ImportPage({ jobId }) {
  const { job, why } = useJob(jobId);
  const words = texts.data;
  const hasReport = job?.state === "succeeded";
  return h(ProjectFrame, {
    projectId: job?.project_id ?? null,
    tab: "data",
    title: job ? words.importOf(dayAndTime(job.created_at)) : "",
    isRow: true,
    subtitle: html`<p class="muted">${job ? h(Course, { job }) : "\u00a0"}</p>`,
    aside: html`<div class="actions">
      ${hasReport && html`<a class="button" href=${`/api/v1/imports/${jobId}/report.csv`} download>${words.csv}</a>`}
      ${hasReport && html`<a class="button" href=${`/projects/${job.project_id}/images?sort=-created`}>${words.toImages}</a>`}
    </div>`,
    children: why ? h(Failed, { why }) : !job ? h(Loading, {}) : hasReport ? h(Report, { job }) : h(Running, { job }),
  });
}

/** @param {{job: Job}} props */
function Course({ job }) {
  const counts = /** @type {Imported | null} */ (/** @type {unknown} */ (job.result ?? null));
  if (!counts) return html`<span class=${`state state-${job.state}`}>${texts.jobStates[job.state]}</span>`;
  return html`${texts.data.outcome(counts.accepted, counts.duplicates, counts.refused)}, ${tookOf(job)}`;
}

/** @param {{job: Job}} props */
function Running({ job }) {
  const words = texts.data;
  const stop = useAct(() => call("POST", `/jobs/${job.id}/cancel`));
  const isActive = job.state === "queued" || job.state === "running";
  return h(Card, {
    title: words.progress,
    children: html`
      ${job.error && html`<p class="refusal" role="alert">${job.error}</p>`}
      <p class="muted">${job.message || (job.state === "queued" ? words.queued : "")}</p>
      ${h(JobBar, { job })}
      ${isActive && html`<div class="actions"><button type="button" class="button small danger" disabled=${stop.isBusy} onClick=${() => void stop.run()}>${texts.project.cancelJob}</button></div>`}
      ${isActive && html`<p class="hint">${words.leave}</p>`} ${h(Refusal, { why: stop.why })}
    `,
  });
}

/** How the files are shared between what became of them. @param {{job: Job}} props */
function Outcomes({ job }) {
  const words = texts.data;
  const counts = /** @type {Imported} */ (/** @type {unknown} */ (job.result));
  const parts = [
    { name: words.outcomes.accepted, value: counts.accepted, kind: "accepted" },
    { name: words.outcomes.duplicate, value: counts.duplicates, kind: "duplicate" },
    { name: words.outcomes.refused, value: counts.refused, kind: "refused" },
  ];
  return html`<div class="card import-sum">
    ${h(Shares, { parts, label: words.report })}
  </div>`;
}

/** @param {{job: Job}} props */
function Report({ job }) {
  const words = texts.data;
  const filters = useFilters(/** @type {const} */ (["outcome"]));
  /** @type {import("../state/pages.js").Pages<ReportLine>} */
  const pages = usePages(`/imports/${job.id}/report?limit=100&${filters.search}`);
  return html`
    ${h(Outcomes, { job })}
    ${h(Filters, {
      fields: [{ name: "outcome", label: words.became, choices: Object.entries(words.outcomes) }],
      values: filters.values,
      onChange: filters.set,
    })}
    ${h(Rows, {
      pages: /** @type {any} */ (pages),
      label: words.report,
      keyOf: (/** @type {ReportLine} */ { file }) => file,
      empty: h(Empty, { title: texts.table.none }),
      columns: [
        { name: words.file, cell: (/** @type {ReportLine} */ { file }) => file },
        { name: words.image, cell: (/** @type {ReportLine} */ { name }) => name },
        {
          name: words.became,
          cell: (/** @type {ReportLine} */ { outcome }) => html`<span class=${`state outcome-${outcome}`}>${words.outcomes[outcome]}</span>`,
        },
        { name: words.why, cell: (/** @type {ReportLine} */ { reason }) => html`<span class="wraps">${reason ?? ""}</span>` },
      ],
    })}
  `;
}
