/** The flood fill: the region under the pointer gets the current class. */

/** @type {import("../editor.js").Tool} */
export const fill = {
  id: "fill",
  hasRing: false,
  usesLabel: true,
  down(editor, point) {
    const { correction, label } = editor;
    editor.repaint(correction.fillRegion(Math.floor(point.x), Math.floor(point.y), label));
    editor.announce("edited");
  },
  move() {},
  up() {},
  cancel() {},
};
