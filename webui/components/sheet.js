/**
 * Sheets over a page: a form, or the question before what cannot be taken back.
 *
 *     const [asked, setAsked] = useState(false);
 *     asked && h(ConfirmSheet, {
 *       title: words.deleteSure, help: words.deleteHelp, yes: words.delete, word: project.name,
 *       act: () => call("DELETE", path), onClose: () => setAsked(false),
 *     })
 */

import * as texts from "../texts.js";
import { h, html, useEffect, useId, useRef, useState } from "../vendor/preact.js";
import { Field, Refusal, submitTo, useAct, valueTo } from "./form.js";

/** @typedef {import("../vendor/preact.js").Child} Child */

/** @param {{title: string, onClose: () => void, children?: Child}} props closes on Escape as well */
export function Sheet({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return html`<dialog ref=${dialog} class="sheet" aria-labelledby=${id} onClose=${onClose}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}

/**
 * @param {{title: string, help?: Child, yes: string, word?: string, act: () => Promise<unknown>,
 *          onClose: () => void}} props `word` must be typed first; the sheet closes once it is done
 */
export function ConfirmSheet({ title, help, yes, word, act, onClose }) {
  const [typed, setTyped] = useState("");
  const { run, why, isBusy } = useAct(async () => {
    await act();
    onClose();
  });
  const body = html`<form onSubmit=${submitTo(() => void run())}>
    ${help && html`<p>${help}</p>`}
    ${word && h(Field, { label: texts.sheet.typeName(word), children: html`<input value=${typed} autocomplete="off" onInput=${valueTo(setTyped)} />` })}
    ${h(Refusal, { why })}
    <div class="actions">
      <button type="submit" class="button danger" disabled=${isBusy || (word !== undefined && typed !== word)}>${yes}</button>
      <button type="button" class="button quiet" onClick=${onClose}>${texts.sheet.cancel}</button>
    </div>
  </form>`;
  return h(Sheet, { title, onClose, children: body });
}
