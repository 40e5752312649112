/** Bars: how far a job is, and how a whole is shared. */

import { whole } from "../format.js";
import { h, html } from "../vendor/preact.js";

/** @typedef {{name: string, value: number, kind: string}} Part of a whole; `kind` has a colour of its own */

/** @param {{share: number, label: string}} props */
export function Progress({ share, label }) {
  const figure = Math.round(share * 100);
  return html`<div class="progress" role="progressbar" aria-label=${label} aria-valuenow=${figure} aria-valuemin="0" aria-valuemax="100">
    <span style=${{ width: `${share * 100}%` }}></span>
  </div>`;
}

/** A bar and its figures, each beside its colour. @param {{parts: Part[], label: string}} props */
export function Shares({ parts, label }) {
  return html`${h(SharedBar, { parts, label })}
    <dl class="figures">
      ${parts.map(({ name, value, kind }) => html`<div key=${kind}><dt><i class=${`share-${kind}`}></i>${name}</dt><dd data-testid=${`share-${kind}`}>${whole(value)}</dd></div>`)}
    </dl>`;
}

/** @param {{parts: Part[], label: string}} props */
function SharedBar({ parts, label }) {
  const all = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  const words = parts.map(({ name, value }) => `${value} ${name}`).join(", ");
  return html`<div class="shared-bar" role="img" aria-label=${`${label}: ${words}`}>
    ${parts.map(
      ({ kind, value }) =>
        value > 0 &&
        html`<span class=${`share-${kind}`} style=${{ width: `${(value / all) * 100}%` }}></span>`,
    )}
  </div>`;
}
