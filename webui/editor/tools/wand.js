/** The wand: what looks like the place clicked, within the model's class there, gets the current class. */

import { findSimilar } from "../wand.js";

/** @type {import("../editor.js").Tool} */
export const wand = {
  id: "wand",
  hasRing: false,
  usesLabel: true,
  down(editor, point) {
    const { correction, label, tolerance } = editor;
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    const region = findSimilar(editor.pixels, correction.model, x, y, tolerance);
    editor.edit(() => correction.fillFound(region, label));
  },
  move() {},
  up() {},
  cancel() {},
};
