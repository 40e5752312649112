/** The class picker: the class under the pointer becomes the current one. */

/** @type {import("../editor.js").Tool} */
export const pick = {
  id: "pick",
  hasRing: false,
  usesLabel: false,
  down(editor, point) {
    editor.pickAt(point);
  },
  move(editor, point) {
    editor.pickAt(point);
  },
  up(editor) {
    if (!editor.tool.usesLabel) editor.useTool("brush");
  },
  cancel() {},
};
