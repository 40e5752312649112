/** Remarks at their places on the picture: a numbered pin each, and the words beside it. */

import * as texts from "../../texts.js";
import { html } from "../../vendor/preact.js";

/**
 * @param {{desk: {moved: import("../../vendor/preact.js").Signal<number>}, editor: import("../../editor/editor.js").Editor,
 *          remarks: readonly import("../../client/types.d.ts").Remark[]}} props
 */
export function Pins({ desk, editor, remarks }) {
  desk.moved.value;
  const { scale, x, y } = editor.view.current;
  return html`<div class="pins">
    ${remarks.map((remark, index) => {
      const left = (remark.x + 0.5) * scale + x;
      const top = (remark.y + 0.5) * scale + y;
      return html`<div class="pin" style=${{ left: `${left}px`, top: `${top}px` }}>
        <span class="pin-number" aria-hidden="true">${index + 1}</span>
        ${remark.text && html`<span class="pin-text" aria-hidden="true">${remark.text}</span>`}
      </div>`;
    })}
  </div>`;
}

/**
 * The same words as a list, for everybody who does not see the picture; each flies to its place.
 *
 * @param {{editor: import("../../editor/editor.js").Editor, returned: import("../../client/types.d.ts").Returned}} props
 */
export function RemarkPanel({ editor, returned }) {
  return html`<section class="panel remark-panel" aria-label=${texts.review.remarks}>
    <header class="panel-head"><h2>${texts.review.returnedBy(returned.reviewer)}</h2></header>
    <ol class="remark-list">
      ${returned.remarks.map(
        (remark, index) => html`<li>
          <button type="button" class="remark-place" onClick=${() => editor.view.flyTo(remark)}>
            <span class="pin-number" aria-hidden="true">${index + 1}</span><span>${remark.text}</span>
          </button>
        </li>`,
      )}
    </ol>
  </section>`;
}
