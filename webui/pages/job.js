/** One job: how far it is, what it says line by line, what came of it, and what can be done. */

import { call } from "../client/request.js";
import { Card } from "../components/card.js";
import { Facts } from "../components/facts.js";
import { Refusal, useAct } from "../components/form.js";
import { Progress } from "../components/progress.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Failed, Loading } from "../components/state.js";
import { dayAndTime, percent, timeOfDay } from "../format.js";
import { useJob, useLog } from "../state/jobs.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useRef } from "../vendor/preact.js";
import { Losses } from "./job/losses.js";
import { tookOf } from "./jobs.js";

/** @typedef {import("../client/types.d.ts").Job} Job */

const TRAININGS = new Set(["warm_up", "retrain"]);
/** Where the file lies that a job of this kind has made. @type {Record<string, string>} */
const FILES = { export: "exports", onnx: "jobs", predict: "jobs" };

/** @param {{jobId: string}} props */
export function JobPage({ jobId }) {
  const { job, why, reload } = useJob(jobId);
  const lines = useLog(job);
  const { project } = useProject(job?.project_id ?? null);
  const words = texts.jobs;
  if (!job && why) return h(Failed, { why, onRetry: reload });
  return h(ProjectFrame, {
    projectId: job?.project_id ?? null,
    tab: "jobs",
    isRow: true,
    title: job ? (texts.jobKinds[job.kind] ?? job.kind) : "",
    aside: job && isAtLeast(project, "lead") && h(Acts, { job, reload }),
    children: job
      ? html`<div class="columns">
          <div class="column">
            ${h(StateCard, { job })}
            ${TRAININGS.has(job.kind) && job.state === "succeeded" && h(Losses, { jobId: job.id })}
            ${h(Card, { title: words.log, children: h(Log, { lines }) })}
          </div>
          <div class="column">${h(JobFacts, { job })}</div>
        </div>`
      : h(Loading, {}),
  });
}

/** @param {{job: Job}} props */
function StateCard({ job }) {
  const { state, progress, message, eta_seconds: left, error } = job;
  const words = texts.jobs;
  const isRunning = state === "running";
  return h(Card, {
    title: words.columns.state,
    aside: html`<span class=${`state state-${state}`}>${texts.jobStates[state]}</span>`,
    children: html`
      ${isRunning && h(Progress, { share: progress ?? 0, label: texts.jobKinds[job.kind] ?? job.kind })}
      <p class="job-line">
        <span>${message || (job.finished_at && job.started_at ? words.tookAll(tookOf(job)) : "")}</span><span class="grow"></span>
        ${isRunning && html`<span class="figure">${percent(progress ?? 0, 0)}${typeof left === "number" && `, ${texts.project.timeLeft(left)}`}</span>`}
      </p>
      ${error && html`<p class="refusal" role="alert">${error}</p>`}
      ${state === "failed" && html`<p class="hint">${job.round_id ? words.failedRound : words.failedOther}</p>`}
    `,
  });
}

/** @param {{job: Job, reload: () => unknown}} props */
function Acts({ job, reload }) {
  const words = texts.jobs;
  const { run, why, isBusy } = useAct(async (/** @type {string} */ path) => {
    await call("POST", path);
    await reload();
  });
  const isActive = job.state === "running" || job.state === "queued";
  const mayRetry = job.state === "failed" && job.round_id;
  const file = job.state === "succeeded" && FILES[job.kind];
  return html`<div class="actions">
      ${file && html`<a class="button primary" href=${`/api/v1/${file}/${job.id}/file`} download>${words.download}</a>`}
      ${isActive && html`<button type="button" class="button danger" disabled=${isBusy} onClick=${() => void run(`/jobs/${job.id}/cancel`)}>${words.cancel}</button>`}
      ${mayRetry && html`<button type="button" class="button primary" disabled=${isBusy} onClick=${() => void run(`/rounds/${job.round_id}/retry`)}>${texts.project.retry}</button>`}
    </div>
    ${h(Refusal, { why })}`;
}

/** What it said, the newest in sight. @param {{lines: import("../state/jobs.js").Line[]}} props */
function Log({ lines }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  if (lines.length === 0) return html`<p class="hint">${texts.jobs.logEmpty}</p>`;
  const follow = (/** @type {{currentTarget: HTMLElement}} */ { currentTarget: the }) => {
    isAtEnd.current = the.scrollTop + the.clientHeight >= the.scrollHeight - 8;
  };
  return html`<pre class="log tall" tabindex="0" ref=${box} onScroll=${follow}>${lines
    .map(({ at, text }) => `${timeOfDay(at)}  ${text}`)
    .join("\n")}</pre>`;
}

/** @param {{job: Job}} props */
function JobFacts({ job }) {
  const words = texts.jobs;
  const result = Object.entries(job.result ?? {}).filter(([, value]) => typeof value !== "object");
  /** @type {import("../components/facts.js").FactList} */
  const facts = [
    [words.made, dayAndTime(job.created_at)],
    [words.columns.began, job.started_at ? dayAndTime(job.started_at) : "–"],
    [words.columns.took, tookOf(job)],
    [words.tries, job.attempt ?? 0],
    [words.round, job.round_id ? html`<a href=${`/rounds/${job.round_id}`}>${words.toRound}</a>` : "–"],
    ...result.map(([name, value]) => /** @type {[string, string]} */ ([name, String(value)])),
  ];
  return h(Facts, { title: words.facts, facts });
}
