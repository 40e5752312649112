/** Shows a sign-in link once, to be sent to the person whom it is for. */

import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { Field } from "./form.js";
import { Sheet } from "./sheet.js";

/** @param {{name: string, path: string, onClose: () => void}} props `path`: its `url_path` */
export function LinkSheet({ name, path, onClose }) {
  const words = texts.people;
  const [isCopied, setCopied] = useState(false);
  const link = location.origin + path;
  const copy = () => navigator.clipboard?.writeText(link).then(() => setCopied(true), () => {});
  return h(Sheet, {
    title: words.linkLabel,
    onClose,
    children: html`<div class="stack-form">
      <p class="hint">${words.link(name)}</p>
      ${h(Field, { label: words.linkLabel, children: html`<input readonly value=${link} onFocus=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => event.currentTarget.select()} />` })}
      <div class="actions">
        <button type="button" class="button primary" onClick=${copy}>${isCopied ? words.copied : words.copy}</button>
        <button type="button" class="button quiet" onClick=${onClose}>${texts.app.close}</button>
      </div>
    </div>`,
  });
}
