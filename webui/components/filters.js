/** The row of filters above a list. */

import * as texts from "../texts.js";
import { h, html, useEffect, useRef, useState } from "../vendor/preact.js";

/** What a typed filter waits for before the list is asked for. */
const TYPED_MS = 250;

/**
 * @typedef {{name: string, label: string, choices?: Array<[value: string, text: string]>,
 *            none?: string, placeholder?: string}} Filter
 *     with choices a list to choose from, whose first says `none` ("any"); else a text
 */

/**
 * @param {{
 *   fields: Filter[], values: Record<string, string>, onChange: (name: any, value: string) => void,
 *   children?: import("../vendor/preact.js").Child,
 * }} props
 */
export function Filters({ fields, values, onChange, children }) {
  return html`<form class="filters" role="search" aria-label=${texts.table.filters} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    ${fields.map((field) =>
      h(field.choices ? Choice : Typed, {
        key: field.name,
        field,
        value: values[field.name] ?? "",
        onValue: (/** @type {string} */ value) => onChange(field.name, value),
      }),
    )}
    ${children}
  </form>`;
}

/** @param {{field: Filter, value: string, onValue: (value: string) => void}} props */
function Choice({ field: { label, choices = [], none }, value, onValue }) {
  return html`<label class="filter">
    <span>${label}</span>
    <select value=${value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => onValue(event.currentTarget.value)}>
      <option value="">${none ?? texts.table.any}</option>
      ${choices.map(([one, text]) => html`<option key=${one} value=${one} selected=${one === value}>${text}</option>`)}
    </select>
  </label>`;
}

/** @param {{field: Filter, value: string, onValue: (value: string) => void}} props */
function Typed({ field: { label, placeholder }, value, onValue }) {
  const [text, setText] = useState(value);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
    const typed = currentTarget.value;
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onValue(typed), TYPED_MS);
  };
  return html`<label class="filter">
    <span>${label}</span>
    <input type="search" value=${text} placeholder=${placeholder} maxlength="255" onInput=${type} />
  </label>`;
}
