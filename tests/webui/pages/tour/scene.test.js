import assert from "node:assert/strict";
import { test } from "node:test";

import { HEAT_STRIDE } from "../../../../webui/editor/layers.js";
import { CLASS_COLOURS, drawScene, shareRight } from "../../../../webui/pages/tour/scene.js";

test("the practice image is the same every time, and its guess is wrong only where it is unsure", () => {
  const { truth, guess, heat, pixels, width, height } = drawScene();
  assert.ok(drawScene().pixels.every((value, at) => value === pixels[at]));
  assert.equal(pixels.length, width * height * 4);
  assert.ok(truth.labels.every((label) => label < CLASS_COLOURS.length));
  let wrong = 0;
  for (let at = 0; at < truth.labels.length; at++) {
    if (truth.labels[at] === guess.labels[at]) continue;
    wrong++;
    const [row, column] = [Math.floor(at / width), at % width];
    const cell = Math.floor(row / HEAT_STRIDE) * heat.width + Math.floor(column / HEAT_STRIDE);
    assert.ok(heat.values[cell] > 150);
  }
  assert.ok(wrong > 5000);
  assert.equal(shareRight(truth, truth), 1);
  assert.equal(shareRight(guess, truth), 1 - wrong / truth.labels.length);
});

test("no superpixel of the practice image crosses a border that is seen", () => {
  const { truth, patches } = drawScene();
  assert.deepEqual([patches.width, patches.height], [truth.width, truth.height]);
  const labelOf = new Map();
  patches.ids.forEach((id, at) => {
    assert.equal(labelOf.get(id) ?? truth.labels[at], truth.labels[at]);
    labelOf.set(id, truth.labels[at]);
  });
  assert.ok(labelOf.size > 400);
});
