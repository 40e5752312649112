import assert from "node:assert/strict";
import { test } from "node:test";

import { wholeOf } from "../../../webui/editor/mask.js";
import { colourRect, heatPixels, lookupTable } from "../../../webui/editor/render.js";
import { drawn } from "./drawing.js";

const classes = [
  { id: 0, name: "road", colour: "#804080" },
  { id: 1, name: "sky", colour: "#4682b4" },
];
const bytes = (pixels) => [...new Uint8Array(pixels.buffer)];

test("labels get their class's colour, opaque; void is black; a hidden class is clear", () => {
  const mask = drawn(["01."]);
  const pixels = new Uint32Array(3);
  colourRect(pixels, 3, mask, mask, "mine", lookupTable(classes), wholeOf(mask));
  assert.deepEqual(bytes(pixels), [0x80, 0x40, 0x80, 255, 0x46, 0x82, 0xb4, 255, 0, 0, 0, 255]);
  colourRect(pixels, 3, mask, mask, "mine", lookupTable(classes, new Set([1])), wholeOf(mask));
  assert.deepEqual(bytes(pixels).slice(4, 8), [0, 0, 0, 0]);
});

test("the difference shows mine where it differs, and only the rectangle is written", () => {
  const [mine, model] = [drawn(["00", "11"]), drawn(["01", "01"])];
  const pixels = new Uint32Array(8).fill(7);
  const top = { left: 0, top: 0, right: 2, bottom: 1 };
  colourRect(pixels, 4, mine, model, "difference", lookupTable(classes), top);
  const [road, sky] = lookupTable(classes);
  assert.deepEqual([...pixels], [0, road, 7, 7, 7, 7, 7, 7]);
  const right = { left: 1, top: 0, right: 2, bottom: 2 };
  colourRect(pixels, 4, mine, model, "model", lookupTable(classes), right);
  assert.deepEqual([...pixels], [sky, road, 7, 7, sky, 7, 7, 7], "rows as long as asked");
});

test("uncertainty is shown against the rest of its picture, and even uncertainty shows nothing", () => {
  const alphas = (values) =>
    [...heatPixels(Uint8Array.from(values))].filter((_, at) => at % 4 === 3);
  const unsure = alphas([...Array(80).fill(200), ...Array(20).fill(255)]);
  assert.equal(unsure[0], 0);
  assert.equal(unsure[99], 255);
  assert.ok(alphas([...Array(80).fill(250), ...Array(20).fill(255)]).every((alpha) => alpha < 32));
});
