/** The newest model in full: whether it is as right as it is sure, and what it takes for what. */

import { Card } from "../../components/card.js";
import { Reliability } from "../../components/reliability.js";
import { percent } from "../../format.js";
import { useFetched } from "../../state/fetched.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { versionOf } from "./measured.js";

/**
 * @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive
 * @typedef {import("../../client/evidence.d.ts").Measurement} Measurement
 */

const PAIRS = 5;

/** @param {{live: ProjectLive}} props */
export function MeasurementCards({ live }) {
  const path = `/projects/${live.id}/measurement?split=${live.metrics.value.split}`;
  const { data } = useFetched(path, versionOf(live.metrics.value));
  const found = /** @type {{measurement: Measurement | null} | null} */ (data)?.measurement ?? null;
  return html`<div class="card-pair">${h(CalibrationCard, { found })} ${h(ConfusionCard, { found })}</div>`;
}

/** @param {Measurement} found */
const onSplit = ({ split }) => texts.models.splits[split];

/** @param {{found: Measurement | null}} props */
function CalibrationCard({ found }) {
  const words = texts.evidence;
  const error = found?.calibration_error ?? null;
  if (!found || error === null)
    return h(Card, { title: words.calibration, children: html`<p class="hint">${words.calibrationEmpty}</p>` });
  const gap = found.calibration.reduce(
    (sum, { confidence, accuracy, share }) => sum + share * (confidence - accuracy),
    0,
  );
  const body = html`${h(Reliability, { bins: found.calibration, xLabel: words.confidence, yLabel: words.rightness, label: words.calibration })}
    <p class="hint">${gap >= 0 ? words.overconfident(percent(gap)) : words.underconfident(percent(-gap))}</p>`;
  const aside = html`<span class="figure">${onSplit(found)}, ${words.ece(percent(error))}</span>`;
  return h(Card, { title: words.calibration, aside, children: body });
}

/** @param {{found: Measurement | null}} props */
function ConfusionCard({ found }) {
  const words = texts.evidence;
  if (!found)
    return h(Card, { title: words.confusion, children: html`<p class="hint">${words.confusionEmpty}</p>` });
  const pairs = mostConfused(found);
  const most = pairs[0]?.share ?? 1;
  const body = html`<ul class="bars confused">
      ${pairs.map(
        ({ text, share }) => html`<li>
        <span class="bar-name">${text}</span>
        <span class="bar-track"><span style=${{ width: `${(share / most) * 100}%` }}></span></span>
        <span class="number">${percent(share)}</span>
      </li>`,
      )}
    </ul>
    <details class="more-of">
      <summary>${words.matrix}</summary>
      ${h(Matrix, { found })}
    </details>`;
  return h(Card, { title: words.confusion, aside: html`<span class="figure">${onSplit(found)}, ${words.ofTrue}</span>`, children: body });
}

/** @param {Measurement} found */
function mostConfused({ classes, confusion }) {
  return confusion
    .flatMap((row, truth) => {
      const total = row.reduce((sum, pixels) => sum + pixels, 0);
      return row.map((pixels, guess) => ({
        pixels: truth === guess ? 0 : pixels,
        share: total ? pixels / total : 0,
        text: texts.evidence.takenFor(classes[truth].name, classes[guess].name),
      }));
    })
    .filter(({ pixels }) => pixels > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, PAIRS);
}

/** Each row's shares; darker is more. @param {{found: Measurement}} props */
function Matrix({ found: { classes, confusion } }) {
  const words = texts.evidence;
  return html`<div class="matrix-scrolls" tabindex="0" role="region" aria-label=${words.matrix}><table class="matrix">
    <caption>${words.matrixHelp}</caption>
    <thead><tr><td></td>${classes.map(({ name }) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
    <tbody>${confusion.map((row, truth) => {
      const total = row.reduce((sum, pixels) => sum + pixels, 0);
      return html`<tr>
        <th scope="row">${classes[truth].name}</th>
        ${row.map((pixels, guess) => h(Cell, { share: total ? pixels / total : 0, isRight: truth === guess }))}
      </tr>`;
    })}</tbody>
  </table></div>`;
}

/** @param {{share: number, isRight: boolean}} props */
function Cell({ share, isRight }) {
  const colour = isRight ? "var(--good)" : "var(--bad)";
  const strength = Math.round(Math.sqrt(share) * 55);
  const background = `color-mix(in srgb, ${colour} ${strength}%, transparent)`;
  return html`<td style=${{ background }}>${share >= 0.005 ? (share * 100).toFixed(0) : ""}</td>`;
}
