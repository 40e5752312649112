/** The bar above the review desk: which mask this is and whose, and the verdicts. */

import { Brand } from "../../components/header.js";
import { keysFor } from "../../state/keys.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/**
 * @param {{review: import("./review-state.js").ReviewState,
 *          project: import("../../client/types.d.ts").Project | null}} props
 */
export function ReviewBar({ review, project }) {
  const { review: words } = texts;
  const open = review.work.value;
  const isFixed = open !== null && review.isFixed;
  const isBusy = review.isBusy.value;
  const author = open?.submitted.author;
  return html`<header class="bar desk-bar">
    ${h(Brand, {})}
    <nav class="trail" aria-label=${texts.app.trail}>
      <a href=${`/projects/${review.projectId}`}>${project?.name ?? "…"}</a>
      <span aria-current="page">${words.open}</span>
    </nav>
    ${
      open &&
      html`<span class="item-place">${words.place(review.index.value + 1, review.waiting.value.length)}</span>
        <span class="item-name" title=${open.item.image.name}>
          ${open.item.image.name}, ${words.by(author?.display_name || author?.name || "")}
        </span>`
    }
    <span class="grow"></span>
    ${open && h(Verdicts, { review, isFixed, isBusy })}
  </header>`;
}

/** @param {{review: import("./review-state.js").ReviewState, isFixed: boolean, isBusy: boolean}} props */
function Verdicts({ review, isFixed, isBusy }) {
  const { review: words } = texts;
  const at = review.index.value;
  const last = review.waiting.value.length - 1;
  return html`<button type="button" class="button quiet" disabled=${at === 0} onClick=${() => void review.show(at - 1)}>
      ${words.previous}
    </button>
    <button type="button" class="button quiet" disabled=${at >= last} onClick=${() => void review.show(at + 1)}>
      ${words.next}
    </button>
    <button type="button" class="button" disabled=${isBusy} onClick=${() => void review.giveBack()}>
      ${words.giveBack}
    </button>
    <button type="button" class="button primary" disabled=${isBusy} onClick=${() => void review.submit()}>
      ${isFixed ? words.fix : words.approve}<kbd>${keysFor("submit").replace("+", " ")}</kbd>
    </button>`;
}
