/** Whether a round's selection, made again from its manifest, is the same byte for byte. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { FactLines } from "../../components/facts.js";
import { Refusal, useAct } from "../../components/form.js";
import { Progress } from "../../components/progress.js";
import { dayAndTime } from "../../format.js";
import { usePages } from "../../state/pages.js";
import * as texts from "../../texts.js";
import { h, html, useEffect } from "../../vendor/preact.js";

/** @typedef {import("../../client/types.d.ts").Job} Job */

/** @param {{round: import("../../client/types.d.ts").Round, seen: number, isLead: boolean}} props `seen` grows with the project's events */
export function ReplayCard({ round, seen, isLead }) {
  const words = texts.rounds;
  const path = `/rounds/${round.id}/replays`;
  /** @type {import("../../state/pages.js").Pages<Job>} */
  const replays = usePages(`${path}?limit=1`);
  useEffect(() => {
    if (seen > 0) void replays.reload();
  }, [seen]);
  const { run, why, isBusy } = useAct(async () => {
    await call("POST", path);
    await replays.reload();
  });
  const newest = replays.items?.[0];
  const isRunning = newest?.state === "queued" || newest?.state === "running";
  return h(Card, {
    title: words.replay,
    children: html`<div class="replay"><p class="hint">${words.replayHelp}</p>
      ${newest && h(Found, { job: newest })}
      ${isLead && html`<div class="actions"><button type="button" class="button" disabled=${isBusy || isRunning} onClick=${() => void run()}>${words.replayNow}</button></div>`}
      ${h(Refusal, { why })}</div>`,
  });
}

/** @param {{job: Job}} props */
function Found({ job }) {
  const words = texts.rounds;
  if (job.state === "queued" || job.state === "running")
    return html`${h(Progress, { share: job.progress ?? 0, label: words.replay })}
      <p class="job-line muted"><a href=${`/jobs/${job.id}`}>${texts.jobStates[job.state]}</a> <span>${job.message}</span></p>`;
  const result = /** @type {import("../../client/lead.d.ts").Replayed | null} */ (job.result ?? null);
  if (job.state !== "succeeded" || !result)
    return html`<p class="refusal">${job.error ?? texts.jobStates[job.state]}</p>`;
  return html`<p class=${result.equal ? "is-good" : "refusal"}>${result.equal ? words.replayEqual(result.candidates) : words.replayDiffers}</p>
    ${result.differences.length > 0 && html`<ul class="lines">${result.differences.map((each) => html`<li key=${each}>${each}</li>`)}</ul>`}
    ${h(FactLines, {
      facts: [
        ["SHA-256", result.sha256.slice(0, 16)],
        [words.replayedHash, result.replayed_sha256.slice(0, 16)],
        [words.replayedAt, job.finished_at ? dayAndTime(job.finished_at) : "–"],
      ],
    })}`;
}
