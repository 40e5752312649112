import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { wand } from "../../../webui/editor/tools/wand.js";
import { findSimilar } from "../../../webui/editor/wand.js";
import { deskWith, drawn, random, rows } from "./drawing.js";

/** A picture from one grey figure for each pixel. */
function grey(lines) {
  const data = new Uint8ClampedArray(lines.flat().flatMap((value) => [value, value, value, 255]));
  return { width: lines[0].length, height: lines.length, data };
}

const picture = () =>
  grey([
    [10, 10, 10, 10, 90, 90],
    [10, 10, 10, 10, 90, 10],
    [10, 10, 10, 20, 90, 10],
  ]);
const model = () => drawn(["001111", "001111", "001111"]);

function wave(correction, x, y, { tolerance, label = 7 }) {
  const desk = deskWith(correction, label);
  wand.down(Object.assign(desk, { tolerance, pixels: picture() }), { x: x + 0.4, y: y + 0.9 });
}

test("it grows over like colours as far as the model's class goes", () => {
  const correction = new Correction(model());
  wave(correction, 0, 0, { tolerance: 5 });
  assert.deepEqual(rows(correction.mask), ["771111", "771111", "771111"]);
  wave(correction, 2, 0, { tolerance: 5, label: 8 });
  assert.deepEqual(rows(correction.mask), ["778811", "778811", "778111"], "10 is not 20");
  assert.equal(correction.history.depth, 2);
  assert.equal(correction.effort.clicks, 2);
});

test("a larger tolerance takes more, and each wave is one step", () => {
  const correction = new Correction(model());
  wave(correction, 2, 0, { tolerance: 10 });
  assert.deepEqual(rows(correction.mask), ["007711", "007711", "007711"]);
  correction.undo();
  assert.equal(correction.changed, 0);
  wave(correction, 2, 0, { tolerance: 100 });
  assert.deepEqual(rows(correction.mask), ["007777", "007777", "007777"]);
});

test("what is protected stays, and a click outside does nothing", () => {
  const correction = new Correction(model());
  correction.toggleProtected(1);
  wave(correction, 2, 0, { tolerance: 100 });
  wave(correction, 6, 0, { tolerance: 100 });
  wave(correction, 0, -1, { tolerance: 100 });
  assert.equal(correction.changed, 0);
  assert.equal(correction.effort.clicks, 1);
});

test("the pixels found are those that a plain search finds", () => {
  const below = random(3);
  for (let round = 0; round < 60; round++) {
    const [width, height, tolerance] = [9, 7, below(120)];
    const lines = Array.from({ length: height }, () => Array.from({ length: width }, () => below(160)));
    const labels = Uint8Array.from({ length: width * height }, () => +(below(8) === 0));
    const [x, y] = [below(width), below(height)];
    const found = findSimilar(grey(lines), { width, height, labels }, x, y, tolerance);
    const marks = new Uint8Array(width * height);
    for (const { row, left, right } of found.runs) marks.fill(1, row * width + left, row * width + right);
    assert.deepEqual(marks, plainSearch({ lines, labels, width, height }, x, y, tolerance));
  }
});

function plainSearch({ lines, labels, width, height }, x, y, tolerance) {
  const inside = (column, row) => column >= 0 && row >= 0 && column < width && row < height;
  const isOfClass = (column, row) =>
    inside(column, row) && labels[row * width + column] === labels[y * width + x];
  const about = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [x + dx, y + dy]));
  const near = about.filter(([column, row]) => isOfClass(column, row));
  const mean = near.reduce((sum, [column, row]) => sum + lines[row][column], 0) / near.length;
  const marks = new Uint8Array(width * height);
  const waiting = [[x, y]];
  marks[y * width + x] = 1;
  while (waiting.length > 0) {
    const [column, row] = waiting.pop();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      const [nextX, nextY] = [column + dx, row + dy];
      if (!isOfClass(nextX, nextY) || marks[nextY * width + nextX]) continue;
      if (Math.abs(lines[nextY][nextX] - mean) > tolerance) continue;
      marks[nextY * width + nextX] = 1;
      waiting.push([nextX, nextY]);
    }
  }
  return marks;
}
