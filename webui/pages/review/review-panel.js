/** Beside the picture under review: what is compared, what it took, and the remarks. */

import { IconButton } from "../../components/button.js";
import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useRef } from "../../vendor/preact.js";

/** @typedef {import("./review-state.js").ReviewState} ReviewState */
/** @typedef {import("./review-state.js").Open} Open */

const PAIRS = /** @type {const} */ (["author", "mine", "all"]);
const MOST_CHANGES = 4;

/** @param {{review: ReviewState}} props */
export function ComparePanel({ review }) {
  const { review: words } = texts;
  return html`<section class="panel" aria-label=${words.compare}>
    <header class="panel-head"><h2>${words.compare}</h2></header>
    <div class="segments is-tall" role="group" aria-label=${words.compare}>
      ${PAIRS.map(
        (pair) => html`<button
          type="button"
          aria-pressed=${String(review.pair.value === pair)}
          onClick=${() => review.compare(pair)}
        >
          ${words.pairs[pair]}
        </button>`,
      )}
    </div>
  </section>`;
}

/** @param {{review: ReviewState, open: Open}} props */
export function EffortPanel({ review, open }) {
  const { review: words } = texts;
  const { submitted } = open;
  const pixels = submitted.image.width * submitted.image.height;
  const acts = [submitted.strokes, submitted.clicks, submitted.undos];
  const changes = (submitted.confusion ?? []).filter(([before, after]) => before !== after);
  return html`<section class="panel" aria-label=${words.effort}>
    <header class="panel-head"><h2>${words.effort}</h2></header>
    <dl class="effort">
      ${row(words.changedName, words.changed(submitted.changed_pixels ?? 0, (submitted.changed_pixels ?? 0) / pixels))}
      ${row(words.iou, submitted.iou === null ? words.unknown : percent(submitted.iou))}
      ${row(words.atWork, submitted.active_seconds === null ? words.unknown : words.seconds(submitted.active_seconds))}
      ${row(words.acts, acts.map((count) => count ?? "–").join(" / "))}
    </dl>
    ${
      changes.length > 0 &&
      html`<ul class="changes" aria-label=${words.mostly}>
        ${changes.slice(0, MOST_CHANGES).map(
          ([before, after, count]) => html`<li>
            <span>${texts.desk.fromTo(review.nameOf(before), review.nameOf(after))}</span>
            <span class="figure">${percent(count / pixels)}</span>
          </li>`,
        )}
      </ul>`
    }
    ${
      open.history.length > 0 &&
      html`<ul class="changes" aria-label=${words.history}>
        ${open.history.map(
          ({ reviewer, verdict, remarks }) =>
            html`<li>${words.verdict(reviewer, words.verdicts[verdict], remarks.length)}</li>`,
        )}
      </ul>`
    }
  </section>`;
}

/** @param {string} name @param {import("../../vendor/preact.js").Child} value */
function row(name, value) {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** @param {{review: ReviewState}} props */
export function RemarksPanel({ review }) {
  const { review: words } = texts;
  const remarks = review.remarks.value;
  const isPinning = review.skipping.value;
  return html`<section class="panel remark-panel" aria-label=${words.remarks}>
    <header class="panel-head">
      <h2>${words.remarks}</h2>
      <button
        type="button"
        class="button"
        aria-pressed=${String(isPinning)}
        onClick=${() => (review.skipping.value = !isPinning)}
      >
        ${words.pin}
      </button>
    </header>
    ${isPinning && html`<p class="hint" role="status">${words.pinHelp}</p>`}
    ${remarks.length === 0 && !isPinning && html`<p class="hint">${words.noRemarks}</p>`}
    <ol class="remark-list">
      ${remarks.map((_, number) => h(RemarkRow, { key: number, review, number }))}
    </ol>
  </section>`;
}

/** @param {{review: ReviewState, number: number}} props */
function RemarkRow({ review, number }) {
  const { review: words } = texts;
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  return html`<li class="remark-row">
    <span class="pin-number" aria-hidden="true">${number + 1}</span>
    <textarea
      ref=${field}
      rows="2"
      maxlength="1000"
      aria-label=${words.remark(number + 1)}
      placeholder=${words.remarkText}
      value=${review.remarks.value[number]?.text ?? ""}
      onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => review.write(number, event.currentTarget.value)}
    ></textarea>
    ${h(IconButton, { icon: "cross", label: words.removeRemark(number + 1), onClick: () => review.unpin(number) })}
  </li>`;
}
