/** A small ring that closes as things get done; the figure beside it says the same. */

import { html } from "../vendor/preact.js";

const RADIUS = 6;
const ROUND = 2 * Math.PI * RADIUS;

/** @param {{done: number, of: number}} props */
export function ProgressRing({ done, of }) {
  const share = of === 0 ? 0 : done / of;
  return html`<svg class=${`progress-ring ${share === 1 ? "is-done" : ""}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <circle cx="8" cy="8" r=${RADIUS} />
    <circle class="progress-part" cx="8" cy="8" r=${RADIUS} stroke-dasharray=${`${share * ROUND} ${ROUND}`} transform="rotate(-90 8 8)" />
  </svg>`;
}
