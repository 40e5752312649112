/** The sheet that asks why an image is skipped. */

import * as texts from "../../texts.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";

/** @typedef {import("./desk-state.js").DeskState} DeskState */

/** @param {{desk: DeskState}} props */
export function SkipSheet({ desk }) {
  const [reason, setReason] = useState(texts.desk.skipReasons[0]);
  const first = useRef(/** @type {HTMLSelectElement | null} */ (null));
  useEffect(() => first.current?.focus(), []);
  const leave = () => {
    desk.skipping.value = false;
    desk.stage.focus();
  };
  return html`<form
    class="panel skip-sheet"
    onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      void desk.skip(reason);
    }}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.code === "Escape" && leave()}
  >
    <label class="field">
      <span>${texts.desk.skipWhy}</span>
      <select
        ref=${first}
        value=${reason}
        onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => setReason(event.currentTarget.value)}
      >
        ${texts.desk.skipReasons.map((one) => html`<option value=${one}>${one}</option>`)}
      </select>
    </label>
    <div class="actions">
      <button type="submit" class="button">${texts.desk.skipNow}</button>
      <button type="button" class="button quiet" onClick=${leave}>${texts.desk.back}</button>
    </div>
  </form>`;
}
