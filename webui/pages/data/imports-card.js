/** Earlier imports, newest first: how far, how many, and the way to each file's report. */

import { Card } from "../../components/card.js";
import { Progress } from "../../components/progress.js";
import { dayAndTime, duration, percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("../../client/types.d.ts").Job} Job */
/** @typedef {import("../../client/data.d.ts").Imported} Imported */

/** @param {{jobs: Job[] | null}} props */
export function ImportsCard({ jobs }) {
  const words = texts.data;
  const imports = jobs?.filter(({ kind }) => kind === "import") ?? [];
  const body =
    imports.length === 0
      ? html`<p class="hint">${jobs ? words.noImports : texts.app.loading}</p>`
      : html`<ul class="history-lines">${imports.map((job) => h(ImportLine, { key: job.id, job }))}</ul>`;
  return h(Card, { title: words.imports, children: body });
}

/** @param {{job: Job}} props */
function ImportLine({ job }) {
  const words = texts.data;
  const counts = /** @type {Imported | null} */ (/** @type {unknown} */ (job.result ?? null));
  return html`<li>
    <a href=${`/imports/${job.id}`}>${dayAndTime(job.created_at)}</a>
    <span class=${`state state-${job.state}`}>${texts.jobStates[job.state]}</span>
    <span class="figure wraps">${job.error ?? (counts ? words.outcome(counts.accepted, counts.duplicates, counts.refused) : job.message)}</span>
    ${h(JobBar, { job })}
  </li>`;
}

/** How far a running job is; nothing for any other. @param {{job: Job}} props */
export function JobBar({ job }) {
  if (job.state !== "running") return null;
  const { progress, eta_seconds: eta } = job;
  return html`<div class="job-bar">
    ${h(Progress, { share: progress ?? 0, label: texts.jobKinds[job.kind] ?? job.kind })}
    <span class="figure">${percent(progress ?? 0, 0)}${typeof eta === "number" && `, ${texts.project.timeLeft(eta)}`}</span>
  </div>`;
}

/** @param {Job} job */
export function tookOf({ started_at: start, finished_at: end }) {
  return start && end ? texts.project.took((Date.parse(end) - Date.parse(start)) / 1000) : duration(0);
}
