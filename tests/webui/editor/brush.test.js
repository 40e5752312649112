import assert from "node:assert/strict";
import { test } from "node:test";

import { outline, strokeBounds, sweep } from "../../../webui/editor/brush.js";
import { createMask } from "../../../webui/editor/mask.js";
import { random, rows } from "./drawing.js";

function painted(size, from, to = from, width = 9, height = 7) {
  const mask = createMask(width, height, 0);
  sweep(from, to, size, (row, left, right) => {
    assert.ok(left < right, "an empty row was visited");
    if (row < 0 || row >= height) return;
    for (let x = Math.max(0, left); x < Math.min(width, right); x++) mask.labels[row * width + x]++;
  });
  return mask;
}

test("a brush of one pixel paints the pixel under the pointer, wherever in it the pointer is", () => {
  for (const [x, y] of [
    [3, 2],
    [3.5, 2.5],
    [3.999, 2.999],
  ]) {
    const { labels } = painted(1, { x, y });
    assert.deepEqual(
      [...labels.keys()].filter((at) => labels[at]),
      [2 * 9 + 3],
    );
  }
});

test("a brush of d pixels is d pixels across in both directions", () => {
  assert.deepEqual(rows(painted(2, { x: 4.2, y: 3.1 })), [
    "000000000",
    "000000000",
    "000110000",
    "000110000",
    "000000000",
    "000000000",
    "000000000",
  ]);
  assert.deepEqual(rows(painted(5, { x: 4.5, y: 3.5 })), [
    "000000000",
    "000111000",
    "001111100",
    "001111100",
    "001111100",
    "000111000",
    "000000000",
  ]);
  for (let size = 1; size <= 60; size++) {
    const { left, top, right, bottom } = strokeBounds(
      { x: 50.3, y: 41.7 },
      { x: 50.3, y: 41.7 },
      size,
    );
    assert.deepEqual([right - left, bottom - top], [size, size]);
  }
});

test("a moved brush covers exactly the pixels whose centre is within its radius of the line", () => {
  const below = random(7);
  for (let round = 0; round < 300; round++) {
    const size = 2 + below(14);
    const middle = () => (size % 2 ? below(40) + 0.5 : below(40));
    const [from, to] = [
      { x: middle(), y: middle() },
      { x: middle(), y: middle() },
    ];
    const mask = painted(size, from, to, 40, 40);
    for (let at = 0; at < mask.labels.length; at++) {
      const [px, py] = [(at % 40) + 0.5, Math.floor(at / 40) + 0.5];
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const length2 = dx * dx + dy * dy;
      const along =
        length2 && Math.min(1, Math.max(0, ((px - from.x) * dx + (py - from.y) * dy) / length2));
      const away = Math.hypot(px - from.x - along * dx, py - from.y - along * dy);
      if (Math.abs(away - size / 2) < 1e-9) continue;
      assert.equal(mask.labels[at], away < size / 2 ? 1 : 0, `round ${round}, pixel ${px} ${py}`);
    }
  }
});

test("a line of one pixel is thin and has no gap", () => {
  const below = random(3);
  for (let round = 0; round < 100; round++) {
    const [from, to] = [
      { x: below(30), y: below(30) },
      { x: below(30), y: below(30) },
    ];
    const { labels } = painted(1, from, to, 30, 30);
    const longer = Math.max(Math.abs(from.x - to.x), Math.abs(from.y - to.y)) + 1;
    assert.equal(
      labels.reduce((sum, label) => sum + label, 0),
      longer,
    );
    assert.equal(labels[to.y * 30 + to.x], 1);
  }
});

test("the ring encloses exactly the pixels that are painted", () => {
  for (const size of [1, 2, 3, 8, 21, 64]) {
    const at = { x: 40.4, y: 40.6 };
    const corners = [...outline(at, size).matchAll(/([MHV])(-?\d+)(?: (-?\d+))?/g)];
    let [x, y, twice] = [0, 0, 0];
    for (const [, command, first, second] of corners) {
      const [nextX, nextY] = [
        command === "V" ? x : Number(first),
        command === "V" ? Number(first) : Number(second ?? y),
      ];
      if (command !== "M") twice += x * nextY - nextX * y;
      [x, y] = [nextX, nextY];
    }
    let pixels = 0;
    sweep(at, at, size, (_row, left, right) => (pixels += right - left));
    assert.equal(Math.abs(twice) / 2, pixels, `size ${size}`);
  }
});
