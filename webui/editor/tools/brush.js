/**
 * The brush and the two erasers: one stroke from press to release, one step of undo.
 *
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../brush.js").Point} Point
 * @typedef {import("../correction.js").Paint} Paint
 */

/**
 * @param {string} id
 * @param {(editor: Editor) => Paint} paintOf
 * @returns {import("../editor.js").Tool}
 */
export function strokeTool(id, paintOf) {
  /** @type {Point | null} */
  let last = null;

  /** @param {Editor} editor @param {Point} point */
  function drawTo(editor, point) {
    const { correction, reach } = editor;
    editor.repaint(correction.stroke(last ?? point, point, reach, paintOf(editor)));
    last = point;
  }

  return {
    id,
    hasRing: true,
    usesLabel: id === "brush",
    down(editor, point) {
      editor.correction.beginStroke();
      last = null;
      drawTo(editor, point);
    },
    move: drawTo,
    up(editor) {
      last = null;
      editor.correction.endStroke();
      editor.announce("edited");
    },
    cancel(editor) {
      last = null;
      editor.repaint(editor.correction.abandonStroke());
    },
  };
}

export const brush = strokeTool("brush", (editor) => editor.label);
