/** Forms: fields with labels, and acts that may be refused in words. */

import { ApiError, call, once } from "../client/request.js";
import { html, useId, useRef, useState } from "../vendor/preact.js";

/**
 * An act of a form or a button: runs once at a time and keeps what it was refused with; `fields`
 * has the refusal of each field by the name that the API gives it (`retry.seconds`).
 *
 * @template {unknown[]} A
 * @param {(...given: A) => Promise<unknown>} act
 */
export function useAct(act) {
  const [why, setWhy] = useState("");
  const [fields, setFields] = useState(/** @type {Record<string, string>} */ ({}));
  const [isBusy, setBusy] = useState(false);
  // A second click may come before the button is drawn as busy.
  const running = useRef(false);
  const run = async (/** @type {A} */ ...given) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setWhy("");
    setFields({});
    try {
      await act(...given);
    } catch (error) {
      setWhy(error instanceof Error ? error.message : String(error));
      if (error instanceof ApiError) setFields(refusedFields(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { run, why, fields, isBusy };
}

/**
 * Sends what must not be done twice: the same request keeps its key until it has been answered, so
 * that one more try after a broken connection is answered as the first one was.
 *
 * @returns {<T>(method: string, path: string, json?: unknown) => Promise<T>}
 */
export function useOnce() {
  const kept = useRef({ request: "", key: once() });
  return async (method, path, json) => {
    const request = JSON.stringify([method, path, json]);
    if (kept.current.request !== request) kept.current = { request, key: once() };
    const answer = await call(method, path, { json, headers: kept.current.key });
    kept.current = { request: "", key: once() };
    return /** @type {any} */ (answer);
  };
}

/**
 * What was said of a field, by its last name: of a round in a schedule it is `cron.round.k`.
 *
 * @param {Record<string, string>} told @param {string} name
 */
export function toldOf(told, name) {
  return Object.entries(told).find(([key]) => key === name || key.endsWith(`.${name}`))?.[1];
}

/** @param {ApiError} error @returns {Record<string, string>} */
function refusedFields({ problem }) {
  return Object.fromEntries((problem.fields ?? []).map(({ name, message }) => [name, message]));
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

/**
 * A field with what the service says of it: `why` is `fields[name]` of the form's act.
 *
 * @param {{
 *   label: string, value: string, onValue: (value: string) => void, why?: string, help?: string,
 *   choices?: ReadonlyArray<readonly string[]>, [attribute: string]: unknown,
 * }} props with `choices` (value and text) a list to choose from; other attributes go to the input
 */
export function ToldField({ label, value, onValue, why, help, choices, ...attributes }) {
  const id = useId();
  const told = why || help;
  const shared = {
    ...attributes,
    id,
    value,
    "aria-invalid": why ? "true" : undefined,
    "aria-describedby": told ? `${id}-told` : undefined,
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${
      choices
        ? html`<select ...${shared} onChange=${valueTo(onValue)}>
            ${choices.map(([one, text]) => html`<option key=${one} value=${one} selected=${one === value}>${text}</option>`)}
          </select>`
        : html`<input ...${shared} onInput=${valueTo(onValue)} />`
    }
    ${told && html`<small id=${`${id}-told`} class=${why ? "refusal" : "hint"}>${told}</small>`}
  </div>`;
}
