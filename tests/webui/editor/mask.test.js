import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clipRect,
  createMask,
  uniteRects,
} from "../../../webui/editor/mask.js";
import { drawn } from "./drawing.js";

test("a new mask is void", () => {
  assert.deepEqual([...createMask(2, 2).labels], [255, 255, 255, 255]);
});

test("a rectangle is cut to the picture, or is none", () => {
  const size = { width: 10, height: 5 };
  assert.deepEqual(clipRect({ left: -3, top: 2, right: 4, bottom: 9 }, size), {
    left: 0,
    top: 2,
    right: 4,
    bottom: 5,
  });
  assert.equal(clipRect({ left: 10, top: 0, right: 12, bottom: 5 }, size), null);
});

test("two rectangles are held by one; nothing adds nothing", () => {
  const a = { left: 1, top: 1, right: 2, bottom: 2 };
  assert.deepEqual(uniteRects(a, { left: 5, top: 0, right: 6, bottom: 1 }), {
    left: 1,
    top: 0,
    right: 6,
    bottom: 2,
  });
  assert.deepEqual(uniteRects(null, a), a);
  assert.equal(uniteRects(null, null), null);
});
