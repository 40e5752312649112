/** A form in a sheet over the page: its fields, what the service says of them, and what it asks for. */

import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { Refusal, submitTo, ToldField, toldOf, useAct } from "./form.js";
import { Sheet } from "./sheet.js";

/**
 * @typedef {import("../vendor/preact.js").Child} Child
 * @typedef {Record<string, string>} Values
 */

/**
 * `fields` draws the form from its values; the sheet closes once `act` is done. `names` tells where
 * the API calls a field otherwise.
 *
 * @param {{
 *   title: string, help?: string, yes: string, blank: Values, names?: Record<string, string>,
 *   onClose: () => void,
 *   act: (values: Values) => Promise<unknown>,
 *   fields: (form: {
 *     field: (name: string, label: string, more?: Record<string, unknown>) => Child,
 *     values: Values,
 *   }) => Child,
 * }} props
 */
export function FormSheet({ title, help, yes, blank, names = {}, onClose, act, fields }) {
  const [values, setValues] = useState(blank);
  const { run, why, fields: told, isBusy } = useAct(async () => {
    await act(values);
    onClose();
  });
  /** @param {string} name @param {string} label @param {Record<string, unknown>} [more] */
  const field = (name, label, more = {}) =>
    h(ToldField, {
      label,
      value: values[name],
      onValue: (value) => setValues({ ...values, [name]: value }),
      why: toldOf(told, names[name] ?? name),
      ...more,
    });
  return h(Sheet, {
    title,
    onClose,
    children: html`<form onSubmit=${submitTo(() => void run())}>
      ${help && html`<p>${help}</p>`} ${fields({ field, values })}
      ${h(Refusal, { why: Object.keys(values).some((name) => toldOf(told, names[name] ?? name)) ? "" : why })}
      <div class="actions">
        <button type="submit" class="button primary" disabled=${isBusy}>${yes}</button>
        <button type="button" class="button quiet" onClick=${onClose}>${texts.sheet.cancel}</button>
      </div>
    </form>`,
  });
}
