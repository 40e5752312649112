/** The choice between two versions of one image: all at once, or place by place. */

import { whole } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("./merge.js").Merge} Merge */

const WHOSE = /** @type {const} */ (["mine", "theirs"]);

/** @param {{desk: import("./desk-state.js").DeskState, merge: Merge}} props */
export function MergePanel({ desk, merge }) {
  desk.changed.value;
  const { merge: words } = texts;
  return html`<section class="panel merge-panel" aria-label=${words.title}>
    <header class="panel-head"><h2>${words.title}</h2></header>
    <p class="hint">${words.help}</p>
    <div class="segments" role="group" aria-label=${words.everywhere}>
      ${WHOSE.map((whose) => html`<button type="button" onClick=${() => merge.chooseAll(whose)}>${words.all[whose]}</button>`)}
    </div>
    <ul class="merge-list">
      ${merge.regions.map((region) => h(Region, { key: region.id, desk, merge, region }))}
    </ul>
    <button type="button" class="button quiet" onClick=${() => void desk.dropMerge(merge)}>${words.giveUp}</button>
  </section>`;
}

/** @param {{desk: import("./desk-state.js").DeskState, merge: Merge, region: import("./regions.js").Difference}} props */
function Region({ desk, merge, region }) {
  const { merge: words } = texts;
  const chosen = merge.whose(region);
  const names = { mine: desk.nameOf(region.mine), theirs: desk.nameOf(region.theirs) };
  return html`<li>
    <button type="button" class="merge-place" onClick=${() => merge.flyTo(region)}>
      ${words.place(whole(region.pixels))}
    </button>
    <div class="segments" role="group" aria-label=${words.place(whole(region.pixels))}>
      ${WHOSE.map(
        (whose) => html`<button
          type="button"
          aria-pressed=${String(chosen === whose)}
          onClick=${() => merge.choose(region, whose)}
        >
          ${words.side[whose](names[whose])}
        </button>`,
      )}
    </div>
  </li>`;
}

