/** Forms: fields with labels, and acts that may be refused in words. */

import { html, useState } from "../vendor/preact.js";

/**
 * An act of a form or a button: runs once at a time and keeps what it was refused with.
 *
 * @template {unknown[]} A
 * @param {(...given: A) => Promise<unknown>} act
 */
export function useAct(act) {
  const [why, setWhy] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (/** @type {A} */ ...given) => {
    if (isBusy) return;
    setBusy(true);
    setWhy("");
    try {
      await act(...given);
    } catch (error) {
      setWhy(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return { run, why, isBusy };
}

/**
 * A listener that gives a field's value on.
 *
 * @param {(value: string) => void} take
 * @returns {(event: {currentTarget: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement}) => void}
 */
export function valueTo(take) {
  return ({ currentTarget }) => take(currentTarget.value);
}

/** @param {() => void} act @returns {(event: Event) => void} a submit listener that stays on the page */
export function submitTo(act) {
  return (event) => {
    event.preventDefault();
    act();
  };
}

/** @param {{why: string}} props */
export function Refusal({ why }) {
  return why ? html`<p class="refusal" role="alert">${why}</p>` : null;
}

/** @param {{label: string, children?: import("../vendor/preact.js").Child}} props */
export function Field({ label, children }) {
  return html`<label class="field"><span>${label}</span>${children}</label>`;
}
