/** A few choices of which one holds: what a card shows, as buttons side by side. */

import { html } from "../vendor/preact.js";

/**
 * @typedef {{value: string, text: string, why?: string}} Choice `why`: it cannot be chosen, and why not
 */

/** @param {{label: string, choices: Choice[], value: string, onChange: (value: string) => void}} props */
export function Switch({ label, choices, value, onChange }) {
  return html`<div class="switch" role="group" aria-label=${label}>
    ${choices.map(
      ({ value: each, text, why }) => html`<button
        type="button"
        aria-pressed=${each === value}
        disabled=${why !== undefined}
        title=${why ?? label}
        onClick=${() => onChange(each)}
      >${text}</button>`,
    )}
  </div>`;
}
