/** The first lines of the page, in words: how good the model is, and what the next labels are worth. */

import { percent } from "../../format.js";
import { useFetched } from "../../state/fetched.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { measured, versionOf } from "./measured.js";

/** @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive */

/** A forecast needs as many trainings on labels. */
const FEWEST = 3;

/** @param {{live: ProjectLive}} props */
export function Headline({ live }) {
  const stages = measured(live.metrics.value);
  const [last, before] = [stages.at(-1), stages.at(-2)];
  const words = texts.project;
  if (!last) return html`<p class="headline muted">${words.noModel}</p>`;
  return html`<p class="headline">
      ${words.headline(percent(last.miou), last.labels, live.metrics.value.split)}${
        before &&
        html`, <span class=${last.miou >= before.miou ? "is-good" : "is-bad"}>${words.change(last.miou - before.miou, before.name)}</span>`
      }.
    </p>
    ${h(AdviceLine, { live })}`;
}

/** @param {{live: ProjectLive}} props */
function AdviceLine({ live }) {
  const metrics = live.metrics.value;
  const path = `/projects/${live.id}/advice`;
  const { data } = useFetched(path, versionOf(metrics));
  const found = /** @type {import("../../client/evidence.d.ts").CurrentAdvice | null} */ (data);
  if (!found) return html`<p class="headline-more">\u00a0</p>`;
  const words = texts.evidence;
  if (!found.advice) {
    const rounds = new Set(measured(metrics).filter(({ labels }) => labels > 0).map(({ labels }) => labels));
    return html`<p class="headline-more">${words.silent(Math.max(1, FEWEST - rounds.size))}</p>`;
  }
  const { ahead, worth, minutes, share_of_plateau: share } = found.advice;
  return html`<p class="headline-more" data-testid="advice">
    ${words.worth(ahead, worth, minutes)} ${words.plateau(percent(share, 0))}
  </p>`;
}
