import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { createMask } from "../../../webui/editor/mask.js";
import { drawn, random, rows } from "./drawing.js";

const model = () => drawn(["00001", "00011", "00011"]);
const at = (x, y) => ({ x: x + 0.5, y: y + 0.5 });

function stroke(correction, points, size, paint) {
  correction.beginStroke();
  points.forEach((point, index) =>
    correction.stroke(points[Math.max(0, index - 1)], point, size, paint),
  );
  return correction.endStroke();
}

test("a stroke of many moves is one step, and the model's mask is never written", () => {
  const correction = new Correction(model());
  assert.equal(stroke(correction, [at(0, 0), at(2, 0), at(2, 2)], 1, 7), true);
  assert.deepEqual(rows(correction.mask), ["77701", "00711", "00711"]);
  assert.deepEqual(rows(correction.model), rows(model()));
  assert.equal(correction.changed, 5);
  correction.undo();
  assert.deepEqual(rows(correction.mask), rows(model()));
  assert.equal(correction.changed, 0);
  correction.redo();
  assert.equal(correction.changed, 5);
  assert.deepEqual(correction.effort, { strokes: 1, clicks: 0, undos: 1 });
});

test("one eraser leaves void, the other the model's label", () => {
  const correction = new Correction(model());
  stroke(correction, [at(0, 0), at(4, 0)], 1, 255);
  assert.deepEqual(rows(correction.mask)[0], ".....");
  stroke(correction, [at(3, 0), at(4, 0)], 1, "model");
  assert.deepEqual(rows(correction.mask)[0], "...01");
});

test("a protected class is not painted over", () => {
  const correction = new Correction(model());
  correction.toggleProtected(1);
  stroke(correction, [at(0, 1), at(4, 1)], 1, 5);
  assert.deepEqual(rows(correction.mask)[1], "55511");
  correction.toggleProtected(1);
  stroke(correction, [at(0, 1), at(4, 1)], 1, 5);
  assert.deepEqual(rows(correction.mask)[1], "55555");
});

test("a brush past the edge paints only what is inside, on its own row", () => {
  const correction = new Correction(model());
  stroke(correction, [at(0, 0)], 3, 9);
  assert.deepEqual(rows(correction.mask), ["99001", "99011", "00011"]);
});

test("a region takes a class; the model's region comes back where it is accepted", () => {
  const correction = new Correction(model());
  correction.fillRegion(4, 0, 6);
  assert.deepEqual(rows(correction.mask), ["00006", "00066", "00066"]);
  stroke(correction, [at(4, 2)], 1, 3);
  correction.acceptModel(3, 1);
  assert.deepEqual(rows(correction.mask), rows(model()));
});

test("void is filled at once, kept work is put back as one step, a stroke can be given up", () => {
  const correction = new Correction(drawn(["0..", "..1"]));
  correction.fillVoid(4);
  assert.deepEqual(rows(correction.mask), ["044", "441"]);
  correction.replace(drawn(["222", "333"]).labels);
  correction.beginStroke();
  correction.stroke(at(0, 0), at(2, 1), 5, 8);
  correction.abandonStroke();
  assert.deepEqual(rows(correction.mask), ["222", "333"]);
  correction.undo();
  assert.deepEqual(rows(correction.mask), ["044", "441"]);
});

test("what is changed is counted right through strokes, fills, undo, redo and a stroke given up", () => {
  const below = random(11);
  const correction = new Correction(createMask(150, 97, 3));
  const acts = [
    () => correction.undo(),
    () => correction.redo(),
    () => correction.fillRegion(below(150), below(97), below(5)),
    () => {
      correction.beginStroke();
      correction.stroke(at(below(150), below(97)), at(below(150), below(97)), 9, below(5));
      correction.endStroke();
    },
    () => {
      correction.beginStroke();
      correction.stroke(at(below(150), below(97)), at(below(150), below(97)), 30, below(5));
      correction.abandonStroke();
    },
  ];
  for (let step = 0; step < 120; step++) {
    acts[below(acts.length)]();
    const different = correction.mask.labels.filter((label) => label !== 3).length;
    assert.equal(correction.changed, different, `after step ${step}`);
  }
});

test("the tiles touched since the last asking are told once", () => {
  const correction = new Correction(createMask(200, 70, 0));
  assert.deepEqual(correction.takeTouched(), []);
  correction.beginStroke();
  correction.stroke(at(60, 3), at(70, 3), 1, 1);
  assert.deepEqual(correction.takeTouched(), [0, 1]);
  correction.stroke(at(190, 66), at(190, 66), 1, 1);
  correction.endStroke();
  assert.deepEqual(correction.takeTouched(), [6]);
  correction.undo();
  assert.deepEqual(correction.takeTouched().sort(), [0, 1, 6]);
});

test("nothing paints outside of the boxes asked for, whatever the tool", () => {
  const model = drawn([".....", ".00..", ".00.1", "....1"]);
  const correction = new Correction(model);
  correction.keepInside([
    { left: 1, top: 1, right: 3, bottom: 3 },
    { left: 4, top: 2, right: 5, bottom: 4 },
  ]);
  correction.beginStroke();
  correction.stroke({ x: 0.5, y: 1.5 }, { x: 4.5, y: 1.5 }, 1, 7);
  correction.endStroke();
  assert.deepEqual(rows(correction.mask), [".....", ".77..", ".00.1", "....1"]);
  correction.fillRegion(0, 0, 5);
  correction.fillOutline([{ x: 0, y: 0 }, { x: 5, y: 0 }, { x: 5, y: 4 }, { x: 0, y: 4 }], 3);
  assert.deepEqual(rows(correction.mask), [".....", ".33..", ".33.3", "....3"]);
  correction.clearOutline([{ x: 0, y: 0 }, { x: 2, y: 0 }, { x: 2, y: 4 }, { x: 0, y: 4 }], 3);
  correction.fillVoid(8);
  assert.deepEqual(rows(correction.mask), [".....", ".83..", ".83.3", "....3"]);
  correction.replace(new Uint8Array(20).fill(6));
  assert.deepEqual(rows(correction.mask), [".....", ".66..", ".66.6", "....6"]);
  for (let step = 0; step < 5; step++) correction.undo();
  assert.deepEqual(correction.mask.labels, model.labels);
});
