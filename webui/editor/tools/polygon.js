/** The polygons: corners by clicks, closed by Enter or a double click; one step of undo. */

const LEAST_CORNERS = 3;

/**
 * @typedef {import("../brush.js").Point} Point
 * @typedef {import("../editor.js").Editor} Editor
 *
 * @param {string} id
 * @param {(editor: Editor, corners: Point[]) => void} close what becomes of the inside
 * @returns {import("../editor.js").Tool}
 */
function polygonTool(id, close) {
  return {
    id,
    hasRing: false,
    usesLabel: true,
    down(editor, point) {
      editor.addCorner(point);
    },
    move() {},
    up() {},
    cancel() {},
    finish(editor) {
      if (editor.outline.length >= LEAST_CORNERS) close(editor, editor.endOutline());
    },
  };
}

export const polygon = polygonTool("polygon", (editor, corners) =>
  editor.edit((correction) => correction.fillOutline(corners, editor.label)),
);

/** Takes away what the current class has inside; other classes stay. */
export const polygonMinus = polygonTool("polygonMinus", (editor, corners) =>
  editor.edit((correction) => correction.clearOutline(corners, editor.label)),
);
