import assert from "node:assert/strict";
import { test } from "node:test";

import { findRegion } from "../../../webui/editor/fill.js";
import { drawn, random } from "./drawing.js";

function pixels(mask, region) {
  const found = [];
  for (const { row, left, right } of region.runs)
    for (let x = left; x < right; x++) found.push(row * mask.width + x);
  return found.sort((a, b) => a - b);
}

test("a region is joined by sides, not by corners, and does not wrap round a row's end", () => {
  const mask = drawn(["1100", "0010", "0011"]);
  assert.deepEqual(pixels(mask, findRegion(mask, 0, 0)), [0, 1]);
  assert.deepEqual(pixels(mask, findRegion(mask, 3, 2)), [6, 10, 11]);
  assert.deepEqual(findRegion(mask, 3, 0).bounds, { left: 2, top: 0, right: 4, bottom: 2 });
  assert.equal(findRegion(mask, 4, 0), null);
});

test("a region is what a plain search finds, each pixel once", () => {
  const below = random(11);
  for (let round = 0; round < 60; round++) {
    const [width, height] = [1 + below(20), 1 + below(20)];
    const mask = {
      width,
      height,
      labels: Uint8Array.from({ length: width * height }, () => below(2)),
    };
    const [x, y] = [below(width), below(height)];
    const expected = new Set([y * width + x]);
    for (const at of expected) {
      const neighbours = [
        at % width > 0 && at - 1,
        at % width < width - 1 && at + 1,
        at - width,
        at + width,
      ];
      for (const next of neighbours) {
        if (next !== false && mask.labels[next] === mask.labels[at]) expected.add(next);
      }
    }
    assert.deepEqual(
      pixels(mask, findRegion(mask, x, y)),
      [...expected].sort((a, b) => a - b),
    );
  }
});
