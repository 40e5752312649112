import assert from "node:assert/strict";
import { test } from "node:test";

import {
  blendViews,
  centredView,
  fillStage,
  fitView,
  keepInSight,
  panView,
  seenRect,
  toImage,
  zoomView,
} from "../../../webui/editor/viewport.js";

const picture = { width: 320, height: 240 };
const stage = { width: 1000, height: 700 };

test("a fitted picture lies in the middle with its margin", () => {
  const { scale, x, y } = fitView(picture, stage, 10);
  assert.equal(scale, 680 / 240);
  assert.equal(y, 10);
  assert.ok(Math.abs(x - (1000 - 320 * scale) / 2) < 1e-9);
});

test("the point under the pointer stays under it through any zoom", () => {
  let view = fitView(picture, stage);
  const [x, y] = [417, 222];
  const under = { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
  for (const factor of [1.2, 1.2, 5, 0.3, 1.7]) {
    view = zoomView(view, factor, x, y);
    assert.ok(Math.abs((x - view.x) / view.scale - under.x) < 1e-9);
    assert.ok(Math.abs((y - view.y) / view.scale - under.y) < 1e-9);
  }
});

test("zoom ends at 64 times and does not move the picture there", () => {
  const most = zoomView({ scale: 64, x: -100, y: -50 }, 2, 300, 300);
  assert.deepEqual(most, { scale: 64, x: -100, y: -50 });
});

test("a picture pushed away stays in sight", () => {
  const away = keepInSight(panView(fitView(picture, stage), 5000, -5000), picture, stage);
  assert.ok(away.x < stage.width);
  assert.ok(away.y + picture.height * away.scale > 0);
});

test("every screen position inside a scaled canvas falls on its pixel", () => {
  for (const width of [320, 640, 501.3, 91.7]) {
    const rect = { left: 13.25, top: 7.5, width, height: (width * 240) / 320 };
    for (const column of [0, 1, 17, 318, 319]) {
      for (const within of [0.01, 0.5, 0.99]) {
        const clientX = rect.left + ((column + within) * rect.width) / 320;
        assert.equal(Math.floor(toImage(clientX, 100, rect, picture).x), column);
      }
    }
  }
});

test("a flight starts and ends where it should", () => {
  const [from, to] = [
    { scale: 1, x: 0, y: 0 },
    { scale: 3, x: 8, y: -4 },
  ];
  assert.deepEqual(blendViews(from, to, 0), from);
  assert.deepEqual(blendViews(from, to, 1), to);
});

test("a flight to a corner does not leave half the stage empty; a small picture stays in the middle", () => {
  const corner = centredView({ x: 0, y: 240 }, 6, stage);
  assert.deepEqual(fillStage(corner, picture, stage, 12), {
    scale: 6,
    x: 12,
    y: 700 - 240 * 6 - 12,
  });
  assert.deepEqual(fillStage({ scale: 1, x: -50, y: 9 }, picture, stage), {
    scale: 1,
    x: 340,
    y: 230,
  });
});

test("what the stage shows of the picture is told in image coordinates", () => {
  const seen = seenRect({ scale: 2, x: -100, y: 50 }, { width: 400, height: 300 });
  assert.deepEqual(seen, { left: 50, top: -25, right: 250, bottom: 125 });
});
