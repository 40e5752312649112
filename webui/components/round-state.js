/** Where a round stands, how far it is, and what its lead can do about it. */

import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { Field, Refusal, submitTo, useAct, useOnce, valueTo } from "./form.js";
import { Progress } from "./progress.js";
import { ConfirmSheet, Sheet } from "./sheet.js";

/**
 * @typedef {import("../client/types.d.ts").Round} Round
 * @typedef {import("../client/types.d.ts").Job} Job
 */

/** @type {readonly import("../client/types.d.ts").RoundState[]} */
const STAGES = ["warming_up", "acquiring", "labelling", "retraining", "evaluating", "closed"];
export const ENDED = new Set(["closed", "cancelled"]);

/** @param {{round: Round}} props */
export function Timeline({ round }) {
  const stages = STAGES.filter(
    (stage) => stage !== "warming_up" || round.number === 1 || round.state === stage,
  );
  const now = stages.indexOf(round.state);
  return html`<ol class="timeline">
    ${stages.map((stage, index) => {
      const kind =
        index < now || round.state === "closed" ? "is-done" : index === now ? "is-now" : "";
      return html`<li class=${kind} aria-current=${index === now ? "step" : undefined}>${texts.roundStates[stage]}</li>`;
    })}
  </ol>
  ${now < 0 && html`<p class="state state-${round.state}">${texts.roundStates[round.state]}</p>`}`;
}

/** @param {{round: Round, jobs: Job[]}} props */
export function RoundProgress({ round, jobs }) {
  const words = texts.project;
  const failed = round.jobs?.find(({ state }) => state === "failed");
  const { items } = round;
  const paused =
    round.paused_reason &&
    html`<p class="paused-note"><strong>${texts.rounds.paused}</strong> <span>${round.paused_reason}</span></p>`;
  if (failed && !ENDED.has(round.state)) {
    return html`${paused}<p class="refusal" role="alert">${texts.jobKinds[failed.kind] ?? failed.kind}: ${failed.error}</p>`;
  }
  if (round.state === "labelling" && items) {
    const done = items.submitted + items.skipped;
    const label = words.submittedOf(done, items.total);
    return html`${paused}${h(Progress, { share: items.total ? done / items.total : 0, label })}
      <p class="job-line muted">
        <span>${label}</span>
        ${items.leased > 0 && html`<span>${words.inHands(items.leased)}</span>`}
        ${items.skipped > 0 && html`<span>${words.skippedCount(items.skipped)}</span>`}
      </p>`;
  }
  const running = jobs.find(
    (job) => job.round_id === round.id && job.state === "running",
  );
  if (!running || ENDED.has(round.state)) return paused || null;
  return html`${paused}${h(Progress, { share: running.progress ?? 0, label: running.kind })}
    <p class="job-line muted">
      <span>${running.message}</span><span class="grow"></span>
      ${typeof running.eta_seconds === "number" && html`<span>${words.timeLeft(running.eta_seconds)}</span>`}
    </p>`;
}

/** @param {{round: Round, reload: () => Promise<unknown>}} props what needs no word is done at once */
export function RoundActs({ round, reload }) {
  const words = texts.project;
  const [sheet, setSheet] = useState("");
  const sendOnce = useOnce();
  const { run, why, isBusy } = useAct(async (/** @type {string} */ act) => {
    await sendOnce("POST", `/rounds/${round.id}/${act}`);
    await reload();
  });
  const close = () => setSheet("");
  const isPaused = Boolean(round.paused_reason);
  const hasFailed = round.jobs?.some(({ state }) => state === "failed") ?? false;
  const mayClose = round.state === "labelling" && (round.items?.submitted ?? 0) > 0;
  return html`<div class="actions">
      ${round.state === "draft" && button(words.start, () => void run("start"), isBusy, "primary")}
      ${hasFailed && button(words.retry, () => void run("retry"), isBusy, "primary")}
      ${isPaused && button(texts.rounds.resume, () => void run("resume"), isBusy, "primary")}
      ${mayClose && button(words.closeLabelling, () => void run("close-labelling"), isBusy)}
      ${!isPaused && round.state !== "draft" && button(texts.rounds.pause, () => setSheet("pause"), isBusy)}
      ${button(words.cancel, () => setSheet("cancel"), isBusy, "danger")}
    </div>
    ${h(Refusal, { why })}
    ${sheet === "pause" && h(PauseSheet, { round, reload, onClose: close })}
    ${
      sheet === "cancel" &&
      h(ConfirmSheet, {
        title: texts.rounds.cancelTitle(round.number),
        help: words.cancelSure,
        yes: words.cancel,
        act: async () => {
          await sendOnce("POST", `/rounds/${round.id}/cancel`);
          await reload();
        },
        onClose: close,
      })
    }`;
}

/** @param {string} text @param {() => void} act @param {boolean} isBusy @param {string} [kind] */
function button(text, act, isBusy, kind = "") {
  return html`<button type="button" class=${`button small ${kind}`} disabled=${isBusy} onClick=${act}>${text}</button>`;
}

/** @param {{round: Round, reload: () => Promise<unknown>, onClose: () => void}} props */
function PauseSheet({ round, reload, onClose }) {
  const words = texts.rounds;
  const [reason, setReason] = useState("");
  const sendOnce = useOnce();
  const { run, why, isBusy } = useAct(async () => {
    await sendOnce("POST", `/rounds/${round.id}/pause`, { reason });
    onClose();
    await reload();
  });
  return h(Sheet, {
    title: words.pauseTitle(round.number),
    onClose,
    children: html`<form onSubmit=${submitTo(() => void run())}>
      <p>${words.pauseHelp}</p>
      ${h(Field, { label: words.pauseReason, children: html`<input required maxlength="500" value=${reason} onInput=${valueTo(setReason)} />` })}
      ${h(Refusal, { why })}
      <div class="actions">
        <button type="submit" class="button primary" disabled=${isBusy}>${words.pause}</button>
        <button type="button" class="button quiet" onClick=${onClose}>${texts.sheet.cancel}</button>
      </div>
    </form>`,
  });
}
