/** The report's pictures: the items that people changed most, and what the model mistook. */

import { Picture } from "../../components/picture.js";
import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("../../client/evidence.d.ts").Report} Report */
/** @typedef {"image" | "before" | "after" | "difference"} View */

/** @type {View[]} */
const VIEWS = ["image", "before", "after", "difference"];

/** @param {{report: Report}} props */
export function Worst({ report: { worst, round } }) {
  const words = texts.report;
  if (worst.length === 0) return null;
  return html`<section class="report-part">
    <h3>${words.worst}</h3>
    <p class="muted">${words.worstHelp}</p>
    ${worst.map(
      (item) => html`<figure key=${item.item_id}>
        <figcaption>
          <a href=${`/images/${item.image_id}`}>${item.name}</a>
          <span class="muted">${words.changedBy(percent(item.changed_share), item.iou === null ? "–" : percent(item.iou))}</span>
        </figcaption>
        ${h(Views, { roundId: round.id, itemId: item.item_id, name: item.name, views: VIEWS })}
      </figure>`,
    )}
  </section>`;
}

/** @param {{report: Report}} props */
export function Confused({ report: { confused, round } }) {
  const words = texts.report;
  if (confused.length === 0) return null;
  return html`<section class="report-part">
    <h3>${words.confused}</h3>
    <p class="muted">${words.confusedHelp}</p>
    <div class="report-grid">
      ${confused.map(
        (pair) => html`<figure>
          <figcaption>
            <strong>${words.pair(pair.said, pair.true)}</strong>
            <span class="muted">${words.pairShare(percent(pair.share))}</span>
          </figcaption>
          ${h(Views, { roundId: round.id, itemId: pair.item_id, name: pair.name, views: ["before", "after"] })}
        </figure>`,
      )}
    </div>
  </section>`;
}

/** @param {{roundId: string, itemId: string, name: string, views: View[]}} props */
function Views({ roundId, itemId, name, views }) {
  const words = texts.report;
  return html`<div class="views" style=${{ gridTemplateColumns: `repeat(${views.length}, minmax(0, 1fr))` }}>
    ${views.map(
      (view) => html`<span>
        ${h(Picture, { src: `/api/v1/rounds/${roundId}/report/items/${itemId}/${view}`, alt: `${name}: ${words.views[view]}` })}
        <small>${words.views[view]}</small>
      </span>`,
    )}
  </div>`;
}
