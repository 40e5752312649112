/** A picture of the service; where its bytes are missing, a quiet mark says so in its place. */

import * as texts from "../texts.js";
import { html, useEffect, useState } from "../vendor/preact.js";

/** @param {{src: string, alt: string, isLazy?: boolean}} props */
export function Picture({ src, alt, isLazy }) {
  const [isMissing, setMissing] = useState(false);
  useEffect(() => setMissing(false), [src]);
  if (isMissing)
    return html`<span class="picture-missing" role="img" aria-label=${texts.app.pictureMissing(alt)} title=${texts.app.pictureMissing(alt)}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5h16v14H4zM4 16l4-4 3 3M3 3l18 18" /></svg>
    </span>`;
  return html`<img src=${src} alt=${alt} loading=${isLazy ? "lazy" : "eager"} decoding="async" onError=${() => setMissing(true)} />`;
}
