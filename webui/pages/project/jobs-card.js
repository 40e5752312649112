/** The jobs: what runs, how far it is, what went wrong, and its log. */

import { call, list } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, useAct } from "../../components/form.js";
import { Progress } from "../../components/progress.js";
import { percent, timeOfDay } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/types.d.ts").Job} Job
 * @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive
 */

const SHOWN = 8;

/** @param {{live: ProjectLive}} props */
export function JobsCard({ live }) {
  const jobs = live.jobs.value.slice(0, SHOWN);
  const { jobs: title, jobsEmpty } = texts.project;
  const body =
    jobs.length === 0
      ? html`<p class="hint">${jobsEmpty}</p>`
      : html`<ul class="jobs">${jobs.map((job) => h(JobRow, { key: job.id, job, live }))}</ul>`;
  return h(Card, { title, children: body });
}

/** @param {{job: Job, live: ProjectLive}} props */
function JobRow({ job, live }) {
  const words = texts.project;
  const [log, setLog] = useState(/** @type {string | null} */ (null));
  const readLog = useAct(async () => {
    if (log !== null) return setLog(null);
    /** @type {Array<{at: string, text: string}>} */
    const lines = await list(`/jobs/${job.id}/log?limit=200`);
    return setLog(lines.map(({ at, text }) => `${timeOfDay(at)}  ${text}`).join("\n"));
  });
  const stop = useAct(async () => {
    await call("POST", `/jobs/${job.id}/cancel`);
    await live.reload();
  });
  const isActive = job.state === "running" || job.state === "queued";
  const name = texts.jobKinds[job.kind] ?? job.kind;
  return html`<li class=${`job job-${job.state}`}>
    <div class="job-line">
      <strong>${name}</strong>
      <span class=${`state state-${job.state}`}>${texts.jobStates[job.state]}</span>
      ${(job.attempt ?? 1) > 1 && html`<span class="figure">${words.attempt(job.attempt ?? 1)}</span>`}
      <span class="grow"></span>
      ${job.state === "running" && html`<span class="figure">${percent(job.progress ?? 0, 0)}</span>`}
    </div>
    ${job.state === "running" && h(Progress, { share: job.progress ?? 0, label: name })}
    <div class="job-line muted">
      <span class="job-message">${job.error ? html`<span class="refusal">${job.error}</span>` : outcome(job)}</span>
      <span class="grow"></span>
      ${isActive && typeof job.eta_seconds === "number" && html`<span class="figure">${words.timeLeft(job.eta_seconds)}</span>`}
      <button type="button" class="link" aria-expanded=${String(log !== null)} onClick=${() => void readLog.run()}>${words.log}</button>
      ${
        isActive &&
        live.project.value?.role === "lead" &&
        html`<button type="button" class="link" disabled=${stop.isBusy} onClick=${() => void stop.run()}>${words.cancelJob}</button>`
      }
    </div>
    ${h(Refusal, { why: readLog.why || stop.why })}
    ${log !== null && html`<pre class="log" tabindex="0">${log || "–"}</pre>`}
  </li>`;
}

/** What it says, or how long it took: the last progress of a finished job may be an old one. @param {Job} job */
function outcome({ kind, state, message, started_at: start, finished_at: end }) {
  if (state !== "succeeded" || kind === "import" || !start || !end) return message;
  return texts.project.took((Date.parse(end) - Date.parse(start)) / 1000);
}
