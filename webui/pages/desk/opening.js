/**
 * Opening an editor as this person last had it: tool sizes, class, opacity; and work from before.
 *
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {import("../../client/types.d.ts").LabelClass} LabelClass
 */

import { Editor } from "../../editor/editor.js";
import { prefer, preference } from "../../state/session.js";

/** @param {HTMLElement} stage @param {ImageBitmap} picture @param {Mask} model @param {LabelClass[]} classes */
export function newEditor(stage, picture, model, classes) {
  const editor = new Editor(stage, {
    picture,
    model,
    classes,
    label: classes.find(({ id }) => id === preference("label", -1))?.id ?? classes[0]?.id ?? 0,
    brushSize: preference("brush", 18),
    tolerance: preference("tolerance", 24),
    opacity: preference("opacity", 0.5),
  });
  if (preference("palette", /** @type {string} */ ("own")) === "safe") editor.usePalette("safe");
  if (preference("hatched", /** @type {string} */ ("no")) === "yes") editor.hatch(true);
  return editor;
}

/** @param {Editor} editor */
export function keepLook(editor) {
  prefer("brush", editor.brushSize);
  prefer("tolerance", editor.tolerance);
  prefer("label", editor.label);
  prefer("opacity", editor.opacity ?? 0.5);
  prefer("palette", editor.palette);
  prefer("hatched", editor.isHatched ? "yes" : "no");
}

/**
 * Bring the newest work on an item back: kept in this browser, else saved as a draft, else
 * submitted and returned.
 *
 * @param {Editor} editor @param {import("./fetched.js").Fetched} fetched
 * @param {import("../../state/strokes.js").Kept | null} kept
 * @returns {boolean} whether anything is other than the model's mask
 */
export function restore(editor, { draft, mine }, kept) {
  const labels = kept?.labels ?? draft?.mask.labels ?? mine?.labels;
  if (!labels || labels.length !== editor.correction.mask.labels.length) return false;
  editor.edit((correction) => correction.replace(labels));
  if (kept) Object.assign(editor.correction.effort, kept.effort);
  return editor.correction.changed > 0;
}
