import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { Cursor } from "../../../webui/editor/cursor.js";
import { createMask } from "../../../webui/editor/mask.js";
import { TOOLS } from "../../../webui/editor/tools/index.js";
import { deskWith } from "./drawing.js";

function cursorOn(width, height, tool) {
  const correction = new Correction(createMask(width, height, 0));
  const editor = Object.assign(deskWith(correction, 7), {
    tool: TOOLS[tool],
    reach: 1,
    pointer: null,
    point(point) {
      this.pointer = point;
    },
    repaint() {},
    announce() {},
  });
  return { cursor: new Cursor(editor), editor, correction };
}

const painted = ({ mask }) => mask.labels.reduce((sum, label) => sum + Number(label === 7), 0);

test("the brush is pressed, drawn by arrows and lifted, as one step", () => {
  const { cursor, correction } = cursorOn(20, 10, "brush");
  cursor.press();
  for (let step = 0; step < 4; step++) cursor.move(1, 0, 1000 * step);
  assert.equal(correction.history.isOpen, true);
  cursor.press();
  assert.deepEqual([painted(correction), correction.history.depth], [5, 1]);
  assert.deepEqual([...correction.mask.labels.subarray(5 * 20 + 9, 5 * 20 + 16)], [0, 7, 7, 7, 7, 7, 0]);
  cursor.move(1, 0, 9000);
  assert.equal(painted(correction), 5, "lifted, it draws no more");
});

test("a fill acts with one press, a polygon takes a corner with each", () => {
  const { cursor, correction } = cursorOn(20, 10, "fill");
  cursor.press();
  assert.deepEqual([painted(correction), correction.history.isOpen], [200, false]);
  const outline = cursorOn(20, 10, "polygon");
  outline.cursor.press();
  outline.cursor.move(0, 1, 0);
  outline.cursor.press();
  assert.deepEqual(outline.editor.outline, [
    { x: 10.5, y: 5.5 },
    { x: 10.5, y: 6.5 },
  ]);
});

test("a key held down goes faster, and the pointer stays on the picture", () => {
  const { cursor, editor } = cursorOn(400, 10, "brush");
  for (let step = 0; step < 30; step++) cursor.move(-1, 0, 40 * step);
  assert.equal(editor.pointer.x, 0.5);
  cursor.move(1, 0, 5000);
  assert.equal(editor.pointer.x, 1.5, "a single press is one pixel");
});
