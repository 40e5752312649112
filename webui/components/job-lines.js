/** Jobs in a few lines each: what, how far, how long, and the way to its page. */

import { percent } from "../format.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { Progress } from "./progress.js";

/** @typedef {import("../client/types.d.ts").Job} Job */

/** @param {{jobs: Job[], empty: string}} props */
export function JobLines({ jobs, empty }) {
  if (jobs.length === 0) return html`<p class="hint">${empty}</p>`;
  return html`<ul class="jobs">${jobs.map((job) => h(JobLine, { key: job.id, job }))}</ul>`;
}

/** @param {{job: Job}} props */
function JobLine({ job }) {
  const name = texts.jobKinds[job.kind] ?? job.kind;
  const isRunning = job.state === "running";
  return html`<li class=${`job job-${job.state}`}>
    <div class="job-line">
      <a href=${`/jobs/${job.id}`}><strong>${name}</strong></a>
      <span class=${`state state-${job.state}`}>${texts.jobStates[job.state]}</span>
      <span class="grow"></span>
      ${isRunning && html`<span class="figure">${percent(job.progress ?? 0, 0)}</span>`}
    </div>
    ${isRunning && h(Progress, { share: job.progress ?? 0, label: name })}
    <div class="job-line muted">
      <span class="job-message">${job.error ? html`<span class="refusal">${job.error}</span>` : job.message}</span>
      <span class="grow"></span>
      ${isRunning && typeof job.eta_seconds === "number" && html`<span class="figure">${texts.project.timeLeft(job.eta_seconds)}</span>`}
    </div>
  </li>`;
}
