/** The lasso: what is encircled freehand gets the model's labels back; one step of undo. */

/** @type {import("../editor.js").Tool} */
export const lasso = {
  id: "lasso",
  hasRing: false,
  usesLabel: false,
  down(editor, point) {
    editor.endOutline();
    editor.addCorner(point);
  },
  move(editor, point) {
    // Given up in the middle, it stays given up; the editor draws it with the pointer's next place.
    if (editor.outline.length > 0) editor.outline.push(point);
  },
  up(editor) {
    const corners = editor.endOutline();
    if (corners.length > 1) editor.edit((correction) => correction.acceptInside(corners));
  },
  cancel(editor) {
    editor.endOutline();
  },
};
