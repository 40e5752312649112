/** The superpixel brush: every superpixel that a stroke touches gets the class whole; one step of undo. */

/**
 * @typedef {import("../brush.js").Point} Point
 * @typedef {import("../editor.js").Editor} Editor
 */

/** @type {Point | null} */
let last = null;
/** @type {import("../correction.js").Paint} */
let paint = "model";
/** Superpixels of this stroke: each is painted once. @type {Set<number>} */
const touched = new Set();

/** @param {Editor} editor @param {Point} point */
function paintTo(editor, point) {
  const { superpixels, correction } = editor;
  for (const id of superpixels?.along(last ?? point, point) ?? []) {
    if (touched.has(id)) continue;
    touched.add(id);
    editor.repaint(correction.strokeRegion(superpixels?.regionOf(id) ?? null, paint));
  }
  last = point;
}

/** @type {import("../editor.js").Tool} */
export const superpixel = {
  id: "superpixel",
  hasRing: false,
  usesLabel: true,
  outlineAt({ superpixels }, point) {
    const id = superpixels?.idAt(point) ?? null;
    return id === null ? null : (superpixels?.outlineOf(id) ?? null);
  },
  down(editor, point, event) {
    editor.correction.beginStroke();
    touched.clear();
    last = null;
    paint = event.shiftKey ? "model" : editor.label;
    paintTo(editor, point);
  },
  move: paintTo,
  up(editor) {
    editor.correction.endStroke();
    editor.announce("edited");
  },
  cancel(editor) {
    editor.repaint(editor.correction.abandonStroke());
  },
};
