/** A secret that is shown once and never again. */

import { useAct } from "../../components/form.js";
import * as texts from "../../texts.js";
import { html, useState } from "../../vendor/preact.js";

/** @param {{help: string, secret: string, onClose: () => void}} props */
export function Secret({ help, secret, onClose }) {
  const words = texts.settings;
  const [isCopied, setCopied] = useState(false);
  const copy = useAct(async () => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  });
  return html`<div class="secret" role="status">
    <p>${help}</p>
    <code tabindex="0">${secret}</code>
    <div class="actions">
      <button type="button" class="button small" onClick=${() => void copy.run()}>${isCopied ? words.copied : words.copy}</button>
      <button type="button" class="button small quiet" onClick=${onClose}>${words.secretDone}</button>
    </div>
  </div>`;
}
