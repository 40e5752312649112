/** A small picture; its mask lies over it while one points at it or has it in focus. */

import { h, html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Picture } from "./picture.js";

/**
 * @param {{image: {id: string, name: string}, hasMask?: boolean, isMasked?: boolean}} props
 *     `isMasked`: the mask is shown in any case. Put it inside what takes the focus (a link, a row):
 *     its class `shows-mask` shows the mask while that has the focus or the pointer.
 */
export function Thumbnail({ image: { id, name }, hasMask, isMasked }) {
  // The mask is fetched when somebody first wants to see it.
  const [isWanted, setWanted] = useState(false);
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (hasMask ? watch(frame.current, () => setWanted(true)) : undefined), [hasMask]);
  return html`<span class="thumbnail" ref=${frame}>
    ${h(Picture, { src: `/api/v1/images/${id}/thumbnail`, alt: name, isLazy: true })}
    ${
      hasMask &&
      (isWanted || isMasked) &&
      html`<img class=${`thumbnail-mask ${isMasked ? "is-shown" : ""}`} src=${`/api/v1/images/${id}/mask/thumbnail`} alt="" decoding="async" />`
    }
  </span>`;
}

/** @param {HTMLElement | null} frame @param {() => void} want */
function watch(frame, want) {
  const around = frame?.closest("a, button, tr") ?? frame;
  const events = new AbortController();
  for (const event of ["pointerenter", "focusin"])
    around?.addEventListener(event, want, { signal: events.signal });
  return () => events.abort();
}
