/** Bars: how far a job is, and how a whole is shared. */

import { html } from "../vendor/preact.js";

/** @param {{share: number, label: string}} props */
export function Progress({ share, label }) {
  const figure = Math.round(share * 100);
  return html`<div class="progress" role="progressbar" aria-label=${label} aria-valuenow=${figure} aria-valuemin="0" aria-valuemax="100">
    <span style=${{ width: `${share * 100}%` }}></span>
  </div>`;
}

/** @param {{parts: Array<{name: string, value: number, kind: string}>, label: string}} props */
export function SharedBar({ parts, label }) {
  const whole = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  const words = parts.map(({ name, value }) => `${value} ${name}`).join(", ");
  return html`<div class="shared-bar" role="img" aria-label=${`${label}: ${words}`}>
    ${parts.map(
      ({ kind, value }) =>
        value > 0 &&
        html`<span class=${`share-${kind}`} style=${{ width: `${(value / whole) * 100}%` }}></span>`,
    )}
  </div>`;
}
