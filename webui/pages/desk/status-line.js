/** The line under the picture: what is under the pointer, where, and what has been done. */

import { VOID } from "../../editor/mask.js";
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
  const wanted = pointer === null || editor.isAskedFor(pointer);
  const unsure = pointer && editor.uncertaintyAt(pointer);
  return html`<footer class="status">
    <span class="status-under">
      ${
        mine === null || model === null
          ? html`<span class="muted">${status.outside}</span>`
          : html`<span class="swatch" style=${{ backgroundColor: colourOf(editor, mine) }}></span
            >${status.under(desk.nameOf(mine), thought(desk, editor, pointer, mine, model))}`
      }
    </span>
    ${!wanted && mine !== null && html`<span>${texts.aids.notAskedFor}</span>`}
    ${unsure !== null && html`<span>${status.uncertainty(unsure)}</span>`}
    ${pointer && mine !== null && html`<span>${status.position(Math.floor(pointer.x), Math.floor(pointer.y))}</span>`}
    ${editor.outline.length > 0 && html`<span>${status.outline}</span>`}
    <span class="grow"></span>
    <span>${percent(editor.view.current.scale, 0)}</span>
    <span>${toolNote(editor)}</span>
    <span data-testid="changed">${status.changed(correction.changed)}</span>
    <span data-testid="undo">${status.undo(correction.history.depth)}</span>
  </footer>`;
}

/** What goes for the tool in the hand. @param {import("../../editor/editor.js").Editor} editor */
function toolNote({ tool, tolerance, brushSize }) {
  if (tool.id === "wand") return texts.desk.status.tolerance(tolerance);
  return tool.id === "superpixel" ? texts.aids.shift : texts.desk.status.brush(brushSize);
}

/** Where the model is surer than this, its probabilities tell nothing. */
const SURE = 0.95;
/** A class less likely than this is not worth a word. */
const LEAST_CHANCE = 0.05;

/**
 * What the model thinks of a place: nothing to be said where it is sure and has been believed.
 *
 * @param {import("./commands.js").Desk} desk @param {import("../../editor/editor.js").Editor} editor
 * @param {import("../../editor/editor.js").Point | null} pointer @param {number} mine @param {number} model
 * @returns {string | null}
 */
function thought(desk, editor, pointer, mine, model) {
  const found = pointer && editor.second?.at(pointer, model);
  if (model === VOID || !found) return model === mine ? null : desk.nameOf(model);
  const { chance, other } = found;
  if (model === mine && chance >= SURE) return null;
  const best = texts.aids.chance(desk.nameOf(model), chance);
  if (!other || other.label === VOID || other.chance < LEAST_CHANCE) return best;
  return texts.aids.otherwise(best, texts.aids.chance(desk.nameOf(other.label), other.chance));
}

/** @param {import("../../editor/editor.js").Editor} editor @param {number} label */
function colourOf(editor, label) {
  return editor.classes.find(({ id }) => id === label)?.colour ?? "#000000";
}
