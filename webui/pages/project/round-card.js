/** The round: where it stands, how far it is, and what the lead can do about it. */

import { call, once } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Field, Refusal, submitTo, useAct, valueTo } from "../../components/form.js";
import { Progress } from "../../components/progress.js";
import { percent, plural } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/types.d.ts").Round} Round
 * @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive
 */

/** @type {readonly import("../../client/types.d.ts").RoundState[]} */
const STAGES = ["warming_up", "acquiring", "labelling", "retraining", "evaluating", "closed"];
const ENDED = new Set(["closed", "cancelled"]);

/** @param {{live: ProjectLive}} props */
export function RoundCard({ live }) {
  const { round } = live;
  const words = texts.project;
  const isLead = live.project.value?.role === "lead";
  if (!round) {
    return h(Card, {
      title: words.round,
      children: html`<p class="hint">${words.noRoundHelp}</p>${isLead && h(NewRoundForm, { live })}`,
    });
  }
  const body = html`${h(Timeline, { round })} ${h(RoundProgress, { round, live })}
    ${isLead && !ENDED.has(round.state) && h(RoundActs, { round, live })}
    ${isLead && ENDED.has(round.state) && h(NewRoundForm, { live })}`;
  const aside = html`<span class="figure">${texts.strategies[/** @type {keyof typeof texts.strategies} */ (round.strategy)]?.split(":")[0] ?? round.strategy}, ${plural(round.k, "image")}</span>`;
  return h(Card, { title: `${words.round} ${round.number}`, aside, children: body });
}

/** @param {{round: Round}} props */
function Timeline({ round }) {
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

/** @param {{round: Round, live: ProjectLive}} props */
function RoundProgress({ round, live }) {
  const words = texts.project;
  const failed = round.jobs?.find(({ state }) => state === "failed");
  const { items } = round;
  const paused = round.paused_reason && html`<p class="refusal">${round.paused_reason}</p>`;
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
  const running = live.jobs.value.find(
    (job) => job.round_id === round.id && job.state === "running",
  );
  if (!running || ENDED.has(round.state)) return paused || null;
  return html`${paused}${h(Progress, { share: running.progress ?? 0, label: running.kind })}
    <p class="job-line muted">
      <span>${running.message}</span><span class="grow"></span>
      ${typeof running.eta_seconds === "number" && html`<span>${words.timeLeft(running.eta_seconds)}</span>`}
    </p>`;
}

/** @param {{round: Round, live: ProjectLive}} props */
function RoundActs({ round, live }) {
  const words = texts.project;
  const { run, why, isBusy } = useAct(async (/** @type {string} */ act) => {
    if (act === "cancel" && !confirm(words.cancelSure)) return;
    await call("POST", `/rounds/${round.id}/${act}`, { headers: once() });
    await live.reload();
  });
  const hasFailed = round.jobs?.some(({ state }) => state === "failed") ?? false;
  /** @type {Array<[boolean, string, string, string]>} */
  const acts = [
    [round.state === "draft", "start", words.start, "primary"],
    [hasFailed, "retry", words.retry, "primary"],
    [
      round.state === "labelling" && (round.items?.submitted ?? 0) > 0,
      "close-labelling",
      words.closeLabelling,
      "",
    ],
    [true, "cancel", words.cancel, "danger"],
  ];
  return html`<div class="actions">
      ${acts.map(
        ([isShown, act, text, kind]) =>
          isShown &&
          html`<button type="button" class=${`button small ${kind}`} disabled=${isBusy} onClick=${() => void run(act)}>${text}</button>`,
      )}
    </div>
    ${h(Refusal, { why })}`;
}

/** @param {{live: ProjectLive}} props */
function NewRoundForm({ live }) {
  const words = texts.project;
  const [k, setK] = useState("10");
  const [strategy, setStrategy] = useState("entropy");
  const [steps, setSteps] = useState("");
  const { run, why, isBusy } = useAct(async () => {
    const wanted = { k: Number(k), strategy, ...(steps ? { steps: Number(steps) } : {}) };
    /** @type {Round} */
    const round = await call("POST", `/projects/${live.id}/rounds`, {
      json: wanted,
      headers: once(),
    });
    try {
      await call("POST", `/rounds/${round.id}/start`, { headers: once() });
    } finally {
      await live.reload();
    }
  });
  return html`<form class="round-form" onSubmit=${submitTo(() => void run())}>
    ${h(Field, { label: words.k, children: html`<input type="number" min="1" required value=${k} onInput=${valueTo(setK)} />` })}
    ${h(Field, {
      label: words.steps,
      children: html`<input type="number" min="1" placeholder=${words.stepsDefault} value=${steps} onInput=${valueTo(setSteps)} />`,
    })}
    ${h(Field, {
      label: words.strategy,
      children: html`<select value=${strategy} onChange=${valueTo(setStrategy)}>
        ${Object.entries(texts.strategies).map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>`,
    })}
    <button class="button primary" type="submit" disabled=${isBusy}>${words.startRound}</button>
    ${h(Refusal, { why })}
  </form>`;
}

/** Earlier rounds in one line each. @param {{live: ProjectLive}} props */
export function RoundsCard({ live }) {
  const earlier = live.rounds.value.slice(1);
  if (earlier.length === 0) return null;
  const body = html`<ul class="lines">
    ${earlier.map(
      ({ id, number, state, items, miou }) => html`<li key=${id}>
      <span>${texts.project.roundName(number)}</span>
      <span class=${`state state-${state}`}>${texts.roundStates[state].toLowerCase()}</span>
      <span class="grow"></span>
      <span class="figure">${items ? plural(items.submitted, "label") : ""}</span>
      <span class="number">${typeof miou === "number" ? percent(miou) : "–"}</span>
    </li>`,
    )}
  </ul>`;
  return h(Card, { title: texts.project.rounds, children: body });
}
