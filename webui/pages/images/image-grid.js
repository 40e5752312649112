/** Images as a grid of small pictures, walked with the arrow keys. */

import { Thumbnail } from "../../components/thumbnail.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("../../client/data.d.ts").Image} Image */

/**
 * @typedef {{
 *   images: Image[], isLead: boolean, chosen: ReadonlySet<string>,
 *   setChosen: (chosen: ReadonlySet<string>) => void, isMasked: boolean,
 *   setMasked: (isMasked: boolean) => void,
 * }} GridProps
 */

/** @param {GridProps} props */
export function ImageGrid(props) {
  const { images, isLead, chosen, setChosen, isMasked } = props;
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return html`<ul class=${`image-grid ${chosen.size > 0 ? "is-choosing" : ""}`} onKeyDown=${(/** @type {any} */ event) => press(event, props, toggle)}>
    ${images.map((image) =>
      h(Tile, {
        key: image.id,
        image,
        isMasked,
        isChosen: chosen.has(image.id),
        onChoose: isLead ? () => toggle(image.id) : undefined,
      }),
    )}
  </ul>`;
}

/** @param {{image: Image, isMasked: boolean, isChosen: boolean, onChoose?: () => void}} props */
function Tile({ image, isMasked, isChosen, onChoose }) {
  const { id, name, split, labelled, score, group } = image;
  const words = texts.images;
  return html`<li class=${`tile ${isChosen ? "is-chosen" : ""}`}>
    <a class="tile-link" href=${`/images/${id}`} data-id=${id}>
      ${h(Thumbnail, { image, hasMask: labelled, isMasked })}
      <span class="tile-name" title=${name}>${name}</span>
    </a>
    <span class="tile-facts">
      <span>${words.splits[split]}</span>
      ${group && html`<span class="tile-group" title=${group}>${group}</span>`}
      <span class="grow"></span>
      ${score !== null && html`<span title=${words.score}>${words.scored(score.toFixed(3))}</span>`}
      <span class=${`label-mark ${labelled ? "is-labelled" : ""}`} title=${words.labelled[String(labelled)]}></span>
    </span>
    ${
      onChoose &&
      html`<input class="tile-choice" type="checkbox" tabindex="-1" aria-label=${words.choose(name)} checked=${isChosen} onChange=${onChoose} />`
    }
  </li>`;
}

/** How many tiles stand in the first row. @param {HTMLElement[]} links */
function across(links) {
  const top = links[0]?.getBoundingClientRect().top;
  const next = links.findIndex((link) => link.getBoundingClientRect().top > top);
  return next < 0 ? links.length : next;
}

/**
 * @param {KeyboardEvent & {currentTarget: HTMLElement}} event @param {GridProps} props
 * @param {(id: string) => void} toggle
 */
function press(event, { images, isLead, chosen, setChosen, isMasked, setMasked }, toggle) {
  const links = /** @type {HTMLElement[]} */ ([...event.currentTarget.querySelectorAll(".tile-link")]);
  const place = links.indexOf(/** @type {HTMLElement} */ (event.target));
  if (place < 0) return;
  /** @type {Record<string, () => void>} */
  const acts = {
    ArrowRight: () => links[place + 1]?.focus(),
    ArrowLeft: () => links[place - 1]?.focus(),
    ArrowDown: () => links[place + across(links)]?.focus(),
    ArrowUp: () => links[place - across(links)]?.focus(),
    Home: () => links[0].focus(),
    End: () => links[links.length - 1].focus(),
    KeyM: () => setMasked(!isMasked),
    Escape: () => setChosen(new Set()),
    ...(isLead ? { Space: () => toggle(links[place].dataset.id ?? "") } : {}),
  };
  const withControl = event.ctrlKey || event.metaKey;
  if (withControl && event.code === "KeyA" && isLead)
    setChosen(new Set([...chosen, ...images.map(({ id }) => id)]));
  else if (withControl || !acts[event.code]) return;
  else acts[event.code]();
  event.preventDefault();
}
