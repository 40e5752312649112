import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { createMask } from "../../../webui/editor/mask.js";
import { insideOf } from "../../../webui/editor/polygon.js";
import { polygon, polygonMinus } from "../../../webui/editor/tools/polygon.js";
import { deskWith, drawn, random, rows } from "./drawing.js";

const at = (x, y) => ({ x, y });

function painted(corners, width, height) {
  const correction = new Correction(createMask(width, height, 0));
  correction.fillOutline(corners, 1);
  return correction.mask;
}

/** By definition: the winding number of the outline about a point, in whole eighths of a pixel. */
function winding(corners, column, row) {
  const [px, py] = [8 * column + 4, 8 * row + 4];
  let turns = 0;
  corners.forEach((from, index) => {
    const to = corners[(index + 1) % corners.length];
    const [ax, ay, bx, by] = [8 * from.x, 8 * from.y, 8 * to.x, 8 * to.y];
    const side = (bx - ax) * (py - ay) - (px - ax) * (by - ay);
    // A ray to the left: only what it crosses counts; a centre on the line lies right of it.
    if (ay <= py && by > py && side <= 0) turns++;
    if (by <= py && ay > py && side >= 0) turns--;
  });
  return turns;
}

test("a pixel is inside when its centre is, and only then", () => {
  assert.deepEqual(rows(painted([at(1, 1), at(4, 1), at(4, 3), at(1, 3)], 5, 4)), [
    "00000",
    "01110",
    "01110",
    "00000",
  ]);
  assert.deepEqual(rows(painted([at(0.6, 0.6), at(2.4, 0.6), at(2.4, 1.6), at(0.6, 1.6)], 3, 2)), [
    "000",
    "010",
  ]);
});

test("any outline, crossing itself and past the edges, is as the winding number says", () => {
  const below = random(11);
  for (let round = 0; round < 300; round++) {
    const corners = Array.from({ length: 3 + below(7) }, () =>
      at(below(160) / 8 - 3, below(130) / 8 - 3),
    );
    const mask = painted(corners, 14, 11);
    for (let row = 0; row < 11; row++) {
      for (let column = 0; column < 14; column++) {
        const expected = winding(corners, column, row) === 0 ? 0 : 1;
        assert.equal(mask.labels[row * 14 + column], expected, JSON.stringify({ corners, column, row }));
      }
    }
  }
});

test("neighbours along one line neither overlap nor leave a gap", () => {
  const [a, b, c, d] = [at(0, 0), at(12, 0), at(12, 12), at(0, 12)];
  const middle = at(5.5, 6.5);
  const counts = new Uint8Array(144);
  for (const part of [[a, b, middle], [b, c, middle], [c, d, middle], [d, a, middle]]) {
    painted(part, 12, 12).labels.forEach((label, index) => (counts[index] += label));
  }
  assert.deepEqual(counts, new Uint8Array(144).fill(1));
});

test("an outline that encloses no pixel of the picture gives none", () => {
  assert.equal(insideOf([at(1, 1), at(3, 1)], { width: 5, height: 5 }), null);
  assert.equal(insideOf([at(-9, -9), at(-2, -9), at(-2, -2)], { width: 5, height: 5 }), null);
  assert.equal(insideOf([], { width: 5, height: 5 }), null);
});

test("a polygon is one step, leaves protected classes, and minus takes one class away", () => {
  const correction = new Correction(drawn(["0012", "0012", "0012"]));
  const all = [at(0, 0), at(4, 0), at(4, 2), at(0, 2)];
  correction.toggleProtected(2);
  correction.fillOutline(all, 5);
  assert.deepEqual(rows(correction.mask), ["5552", "5552", "0012"]);
  correction.undo();
  assert.equal(correction.changed, 0);
  correction.clearOutline(all, 1);
  assert.deepEqual(rows(correction.mask), ["00.2", "00.2", "0012"]);
  correction.clearOutline(all, 2);
  assert.deepEqual(rows(correction.mask), ["00.2", "00.2", "0012"]);
  assert.deepEqual(correction.effort, { strokes: 0, clicks: 12, undos: 1 });
});

test("the tool closes what has three corners and keeps what has fewer", () => {
  const correction = new Correction(createMask(4, 3, 0));
  const desk = deskWith(correction, 3);
  polygon.down(desk, at(0, 0));
  polygon.down(desk, at(2, 0));
  polygon.finish(desk);
  assert.equal(desk.outline.length, 2);
  polygon.down(desk, at(2, 2));
  polygon.down(desk, at(0, 2));
  polygon.finish(desk);
  assert.deepEqual(rows(correction.mask), ["3300", "3300", "0000"]);
  assert.equal(desk.outline.length, 0);
  assert.equal(correction.history.depth, 1);
  for (const corner of [at(1, 0), at(4, 0), at(4, 3), at(1, 3)]) polygonMinus.down(desk, corner);
  polygonMinus.finish(desk);
  assert.deepEqual(rows(correction.mask), ["3.00", "3.00", "0000"]);
});
