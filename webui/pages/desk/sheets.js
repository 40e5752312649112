/** The sheets that open beside the picture: why an image is skipped, and all the keys. */

import { IconButton } from "../../components/button.js";
import { BINDINGS, keysOf } from "../../editor/keymap.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useRef, useState } from "../../vendor/preact.js";

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

/** @param {{desk: DeskState}} props */
export function KeySheet({ desk }) {
  const [wanted, setWanted] = useState("");
  const listed = [...new Set(BINDINGS.map(({ command }) => command))]
    .filter((command) => command in texts.commands)
    .map((command) => ({ command, text: texts.commands[command], keys: keysFor(command) }))
    .filter(({ text, keys }) => `${text} ${keys}`.toLowerCase().includes(wanted.toLowerCase()));
  return html`<aside class="key-sheet" aria-label=${texts.desk.keys}>
    <header class="panel-head">
      <h2>${texts.desk.keys}</h2>
      <input
        type="search"
        placeholder=${texts.desk.findKey}
        aria-label=${texts.desk.findKey}
        value=${wanted}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setWanted(event.currentTarget.value)}
      />
      ${h(IconButton, { icon: "cross", label: texts.app.close, keys: "Esc", onClick: () => (desk.keysShown.value = false) })}
    </header>
    <dl>
      ${listed.map(({ text, keys }) => html`<div><dt>${text}</dt><dd><kbd>${keys}</kbd></dd></div>`)}
    </dl>
  </aside>`;
}

/** @param {string} command */
function keysFor(command) {
  if (command === "keys") return "?";
  if (command === "class.0") return "1 … 0";
  if (command === "class.10") return "Shift+1 … 0";
  return keysOf(command);
}
