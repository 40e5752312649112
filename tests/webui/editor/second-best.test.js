import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { SecondBest } from "../../../webui/editor/second-best.js";
import { drawn, rows } from "./drawing.js";

const at = (x, y) => ({ x, y });

/** Cells of 2 x 2 pixels: the best class's probabilities, then the second's. */
function secondBest(second, chances) {
  const values = Uint8Array.from(chances.flat());
  return new SecondBest(drawn(second), { width: second[0].length, height: chances.length, values }, 2);
}

const SURE = () =>
  secondBest(["12", "1."], [[204, 153], [255, 102], [51, 102], [0, 51]]);

test("what the model thinks of a place: its class, and what it would have said else", () => {
  const found = SURE();
  assert.deepEqual(found.at(at(0, 0), 0), { chance: 0.8, other: { label: 1, chance: 0.2 } });
  assert.deepEqual(found.at(at(3.9, 1.9), 0), { chance: 0.6, other: { label: 2, chance: 0.4 } });
  assert.equal(found.at(at(4, 0), 0), null);
});

test("where the mask shows the cell's second class, its own probability is told and no other", () => {
  assert.deepEqual(SURE().at(at(2, 0), 2), { chance: 0.4, other: null });
});

test("the region is of one class to the person and one second-best class to the model", () => {
  const correction = new Correction(drawn(["00000", "00300", "00000", "30000"]));
  const second = secondBest(["112", "111"], [[9, 9, 9], [9, 9, 9], [9, 9, 9], [9, 9, 9]]);
  const found = second.regionAt(correction.mask, at(0.5, 0.5));
  assert.equal(found?.label, 1);
  correction.fillFound(found?.region ?? null, 1);
  assert.deepEqual(rows(correction.mask), ["11110", "11310", "11111", "31111"]);
  assert.deepEqual([correction.effort.clicks, correction.history.depth], [1, 1]);
});

test("there is nothing to take where the class is taken already, is void, or is no place", () => {
  const mask = drawn(["1100", "1100", "0000", "0000"]);
  assert.equal(SURE().regionAt(mask, at(0, 0)), null);
  assert.equal(SURE().regionAt(mask, at(3, 3)), null);
  assert.equal(SURE().regionAt(mask, at(-1, 0)), null);
});

test("the layer has colours only where the second class is likely enough", () => {
  const table = new Uint32Array(256).map((_, label) => 0xff000000 + label);
  const pixels = new Uint32Array(SURE().pixels(table).buffer);
  assert.deepEqual([...pixels], [0xff000001, 0xff000002, 0, 0]);
});

test("maps of different sizes are refused", () => {
  assert.throws(() => secondBest(["12"], [[1, 1], [1, 1], [1, 1]]), /size/);
});
