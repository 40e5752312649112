/** The hand: moves the picture under the pointer. */

/** @type {{x: number, y: number}} */
let last = { x: 0, y: 0 };

/** @type {import("../editor.js").Tool} */
export const pan = {
  id: "pan",
  hasRing: false,
  usesLabel: false,
  down(_editor, _point, event) {
    last = { x: event.clientX, y: event.clientY };
  },
  move(editor, _point, event) {
    editor.panBy(event.clientX - last.x, event.clientY - last.y);
    last = { x: event.clientX, y: event.clientY };
  },
  up() {},
  cancel() {},
};
