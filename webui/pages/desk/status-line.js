/** The line under the picture: what is under the pointer, where, and what has been done. */

import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { html } from "../../vendor/preact.js";

/** @param {{desk: import("./commands.js").Desk}} props */
export function StatusLine({ desk }) {
  desk.moved.value;
  desk.changed.value;
  const editor = desk.work.value?.editor;
  const { status } = texts.desk;
  if (!editor) return html`<footer class="status"></footer>`;
  const { pointer, correction } = editor;
  const mine = pointer && editor.labelAt(pointer);
  const model = pointer && editor.labelAt(pointer, correction.model);
  const unsure = pointer && editor.uncertaintyAt(pointer);
  return html`<footer class="status">
    <span class="status-under">
      ${
        mine === null || model === null
          ? html`<span class="muted">${status.outside}</span>`
          : html`<span class="swatch" style=${{ backgroundColor: colourOf(editor, mine) }}></span
            >${status.under(desk.nameOf(mine), desk.nameOf(model))}`
      }
    </span>
    ${unsure !== null && html`<span>${status.uncertainty(unsure)}</span>`}
    ${pointer && mine !== null && html`<span>${status.position(Math.floor(pointer.x), Math.floor(pointer.y))}</span>`}
    ${editor.outline.length > 0 && html`<span>${status.outline}</span>`}
    <span class="grow"></span>
    <span>${percent(editor.view.current.scale, 0)}</span>
    <span>${editor.tool.id === "wand" ? status.tolerance(editor.tolerance) : status.brush(editor.brushSize)}</span>
    <span data-testid="changed">${status.changed(correction.changed)}</span>
    <span data-testid="undo">${status.undo(correction.history.depth)}</span>
  </footer>`;
}

/** @param {import("../../editor/editor.js").Editor} editor @param {number} label */
function colourOf(editor, label) {
  return editor.classes.find(({ id }) => id === label)?.colour ?? "#000000";
}
