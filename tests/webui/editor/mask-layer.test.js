import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { MaskLayer } from "../../../webui/editor/mask-layer.js";
import { createMask } from "../../../webui/editor/mask.js";
import { colourRect } from "../../../webui/editor/render.js";
import { random } from "./drawing.js";

const [WIDTH, HEIGHT] = [1100, 601];
const WHOLE = { left: 0, top: 0, right: WIDTH, bottom: HEIGHT };
const table = Uint32Array.from({ length: 256 }, (_, label) => 1000 + label);

/** As much of a canvas as the layer draws on: `putImageData` of a part, at an offset. */
function fakeCanvas() {
  const canvas = { style: {}, draws: 0, append() {} };
  canvas.getContext = () => ({
    putImageData({ data, width }, x, y, left, top, across, down) {
      canvas.pixels ??= new Uint32Array(canvas.width * canvas.height);
      canvas.draws++;
      const from = new Uint32Array(data.buffer);
      for (let row = top; row < top + down; row++)
        for (let column = left; column < left + across; column++)
          canvas.pixels[(y + row) * canvas.width + x + column] = from[row * width + column];
    },
  });
  return canvas;
}

const { document: noDocument, ImageData: noImageData } = globalThis;

before(() => {
  globalThis.document = { createElement: fakeCanvas };
  globalThis.ImageData = class {
    constructor(width, height) {
      Object.assign(this, { width, data: new Uint8ClampedArray(4 * width * height) });
    }
  };
});

after(() => Object.assign(globalThis, { document: noDocument, ImageData: noImageData }));

/** What differs from the mask on any tile's canvas, its overlap included. */
function countWrong(layer, { labels }) {
  let wrong = 0;
  for (const { style, width, height, pixels } of layer.canvases) {
    const [left, top] = [Number.parseInt(style.left), Number.parseInt(style.top)];
    for (let at = 0; at < width * height; at++) {
      const label = labels[(top + Math.floor(at / width)) * WIDTH + left + (at % width)];
      if (pixels?.[at] !== table[label]) wrong++;
    }
  }
  return wrong;
}

function layerOf(mask) {
  const layer = new MaskLayer(mask);
  layer.spoil(WHOLE);
  const draw = (seen, most) =>
    layer.draw(
      seen,
      (pixels, across, rect) => colourRect(pixels, across, mask, mask, "mine", table, rect),
      most,
    );
  return { layer, draw };
}

test("after any changes every tile shows the labels, its overlap with the next ones too", () => {
  const below = random(4);
  const mask = createMask(WIDTH, HEIGHT, 0);
  const { layer, draw } = layerOf(mask);
  draw(WHOLE);
  assert.equal(countWrong(layer, mask), 0);
  for (let step = 0; step < 30; step++) {
    const [left, top] = [below(WIDTH), below(HEIGHT)];
    const rect = { left, top, right: Math.min(WIDTH, left + 90), bottom: Math.min(HEIGHT, top + 9) };
    for (let row = rect.top; row < rect.bottom; row++)
      mask.labels.fill(1 + (step % 9), row * WIDTH + rect.left, row * WIDTH + rect.right);
    layer.spoil(rect);
    if (step % 3 === 0) draw(WHOLE);
  }
  draw(WHOLE);
  assert.equal(countWrong(layer, mask), 0);
});

test("a dab draws its own tile; one that is not seen waits until it is", () => {
  const mask = createMask(WIDTH, HEIGHT, 0);
  const { layer, draw } = layerOf(mask);
  const corner = { left: 0, top: 0, right: 100, bottom: 100 };
  draw(corner);
  const drawn = () => layer.canvases.map(({ draws }) => draws);
  assert.deepEqual(drawn(), [1, 0, 0, 0, 0, 0]);
  assert.deepEqual([layer.isSpoilt(corner), layer.isSpoilt(WHOLE)], [false, true]);
  draw(WHOLE);
  layer.spoil({ left: 600, top: 20, right: 618, bottom: 38 });
  draw(WHOLE);
  assert.deepEqual(drawn(), [1, 2, 1, 1, 1, 1]);
  assert.equal(layer.isSpoilt(WHOLE), false);
});

test("one tile at a time, all are drawn in the end, and then none is left", () => {
  const mask = createMask(WIDTH, HEIGHT, 3);
  const { layer, draw } = layerOf(mask);
  for (const _ of layer.canvases) assert.equal(draw(WHOLE, 1), true);
  assert.equal(draw(WHOLE, 1), false);
  assert.equal(countWrong(layer, mask), 0);
});
