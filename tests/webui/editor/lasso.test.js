import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { lasso } from "../../../webui/editor/tools/lasso.js";
import { deskWith, drawn, rows } from "./drawing.js";

const at = (x, y) => ({ x, y });
const model = () => drawn(["00111", "00111", "22222"]);

function spoiled() {
  const correction = new Correction(model());
  correction.replace(new Uint8Array(15).fill(7));
  return correction;
}

function encircle(desk, points) {
  lasso.down(desk, points[0]);
  points.slice(1).forEach((point) => lasso.move(desk, point));
  lasso.up(desk);
}

test("the model's labels come back inside, of every class, and nowhere else", () => {
  const correction = spoiled();
  const desk = deskWith(correction, 5);
  encircle(desk, [at(1, 1), at(3, 1), at(3, 3), at(1, 3)]);
  assert.deepEqual(rows(correction.mask), ["77777", "70177", "72277"]);
  assert.deepEqual(correction.effort, { strokes: 1, clicks: 0, undos: 0 });
  assert.equal(correction.history.depth, 2);
  correction.undo();
  assert.deepEqual(rows(correction.mask), ["77777", "77777", "77777"]);
});

test("a protected class stays as the person left it", () => {
  const correction = spoiled();
  correction.fillOutline([at(0, 0), at(5, 0), at(5, 1), at(0, 1)], 9);
  correction.toggleProtected(9);
  encircle(deskWith(correction, 5), [at(0, 0), at(5, 0), at(5, 2), at(0, 2)]);
  assert.deepEqual(rows(correction.mask), ["99999", "00111", "77777"]);
});

test("a lasso given up in the middle changes nothing, and neither does a mere click", () => {
  const correction = spoiled();
  const desk = deskWith(correction, 5);
  lasso.down(desk, at(0, 0));
  lasso.move(desk, at(4, 0));
  desk.endOutline();
  lasso.move(desk, at(4, 3));
  lasso.move(desk, at(0, 3));
  lasso.up(desk);
  encircle(desk, [at(2, 2)]);
  lasso.down(desk, at(0, 0));
  lasso.cancel(desk);
  assert.deepEqual(desk.outline, []);
  assert.equal(correction.history.depth, 1);
  assert.equal(correction.effort.strokes, 0);
});
