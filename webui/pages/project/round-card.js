/** The round: where it stands, how far it is, and what the lead can do about it. */

import { Card } from "../../components/card.js";
import { Field, Refusal, submitTo, useAct, useOnce, valueTo } from "../../components/form.js";
import { ENDED, RoundActs, RoundProgress, Timeline } from "../../components/round-state.js";
import { percent, plural } from "../../format.js";
import { isAtLeast } from "../../state/project.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/types.d.ts").Round} Round
 * @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive
 */

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
  const body = html`${h(Timeline, { round })} ${h(RoundProgress, { round, jobs: live.jobs.value })}
    ${isAtLeast(live.project.value, "reviewer") && round.state !== "draft" && html`<p class="job-line"><a href=${`/rounds/${round.id}/report`}>${words.report}</a></p>`}
    ${isLead && !ENDED.has(round.state) && h(RoundActs, { round, reload: () => live.reload() })}
    ${isLead && ENDED.has(round.state) && h(NewRoundForm, { live })}`;
  const aside = html`<span class="figure">${texts.strategies[/** @type {keyof typeof texts.strategies} */ (round.strategy)]?.split(":")[0] ?? round.strategy}, ${plural(round.k, "image")}</span>`;
  return h(Card, { title: `${words.round} ${round.number}`, aside, children: body });
}

/** @param {{live: ProjectLive}} props */
function NewRoundForm({ live }) {
  const words = texts.project;
  const [k, setK] = useState("10");
  const [strategy, setStrategy] = useState("entropy");
  const [steps, setSteps] = useState("");
  const sendOnce = useOnce();
  const { run, why, isBusy } = useAct(async () => {
    const wanted = { k: Number(k), strategy, ...(steps ? { steps: Number(steps) } : {}) };
    /** @type {Round} */
    const round = await sendOnce("POST", `/projects/${live.id}/rounds`, wanted);
    try {
      await sendOnce("POST", `/rounds/${round.id}/start`);
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
      ${isAtLeast(live.project.value, "reviewer") && html`<a href=${`/rounds/${id}/report`}>${texts.project.report}</a>`}
      <span class=${`state state-${state}`}>${texts.roundStates[state].toLowerCase()}</span>
      <span class="grow"></span>
      <span class="figure">${items ? plural(items.submitted, "label") : ""}</span>
      <span class="number">${typeof miou === "number" ? percent(miou) : "–"}</span>
    </li>`,
    )}
  </ul>`;
  return h(Card, { title: texts.project.rounds, children: body });
}
