import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { Cursor } from "../../../webui/editor/cursor.js";
import { createMask } from "../../../webui/editor/mask.js";
import { replay, StrokeRecorder } from "../../../webui/editor/stroke-log.js";
import { decodeCells, Superpixels } from "../../../webui/editor/superpixels.js";
import { superpixel } from "../../../webui/editor/tools/superpixel.js";
import { deskWith, random, rows } from "./drawing.js";

const at = (x, y) => ({ x, y });

function cellsOf(lines) {
  const ids = Uint32Array.from(lines.join(""), Number);
  return { width: lines[0].length, height: lines.length, ids };
}

/** Four in a picture of the map's own size. */
const CELLS = () => cellsOf(["00011", "02211", "02233"]);

function wire(width, height, numbers) {
  const header = new Uint8Array(new Uint32Array([width, height]).buffer);
  return Uint8Array.from([...header, ...numbers]);
}

function editorOn(correction, label, superpixels) {
  return Object.assign(deskWith(correction, label), {
    superpixels,
    tool: superpixel,
    pointer: null,
    repaint() {},
    announce() {},
    point(point) {
      this.pointer = point;
    },
  });
}

function draw(editor, points, { shiftKey = false } = {}) {
  superpixel.down(editor, points[0], { shiftKey });
  points.slice(1).forEach((point) => superpixel.move(editor, point, {}));
  superpixel.up(editor, points.at(-1), {});
}

test("the documented bytes are read, ids above a byte as well", () => {
  const cells = decodeCells(wire(100, 4, [0, 0x96, 0x01, 0xac, 0x02, 0xfa, 0x01]));
  assert.deepEqual([cells.width, cells.height], [100, 4]);
  assert.ok(cells.ids.every((id, index) => id === (index < 150 ? 0 : 300)));
});

test("runs that do not fill the map exactly are refused", () => {
  for (const numbers of [[0, 7], [0, 9], [0, 0x88], [9, 8], [0]])
    assert.throws(() => decodeCells(wire(4, 2, numbers)), /run|Run/);
});

test("each pixel is in the region of its own superpixel and in no other, at any size", () => {
  const below = random(11);
  for (const [width, height] of [[9, 6], [10, 7], [23, 17], [13, 29]]) {
    const cells = { width: 9, height: 6, ids: Uint32Array.from({ length: 54 }, () => below(12)) };
    const superpixels = new Superpixels(cells, { width, height });
    const found = new Int32Array(width * height).fill(-1);
    for (let id = 0; id < 12; id++) {
      const region = superpixels.regionOf(id);
      if (!region) continue;
      for (const { row, left, right } of region.runs) {
        assert.ok(left >= region.bounds.left && right <= region.bounds.right);
        assert.ok(row >= region.bounds.top && row < region.bounds.bottom);
        for (let x = left; x < right; x++) {
          assert.equal(found[row * width + x], -1, "once");
          found[row * width + x] = id;
        }
      }
    }
    found.forEach((id, index) =>
      assert.equal(id, superpixels.idAt(at(index % width, Math.floor(index / width)))),
    );
  }
});

test("a pixel is of the cell that holds its centre", () => {
  const superpixels = new Superpixels(cellsOf(["01"]), { width: 5, height: 3 });
  const ids = [0, 1, 2, 3, 4].map((x) => superpixels.idAt(at(x + 0.9, 1)));
  assert.deepEqual(ids, [0, 0, 1, 1, 1]);
  assert.equal(superpixels.idAt(at(5, 0)), null);
  assert.equal(superpixels.idAt(at(0, -0.1)), null);
});

test("the outline has every edge between a superpixel and what is not of it, once", () => {
  const superpixels = new Superpixels(CELLS(), { width: 5, height: 3 });
  const edges = new Set();
  const add = (edge) => {
    assert.ok(!edges.has(edge), edge);
    edges.add(edge);
  };
  for (const [, x, y, way, end] of superpixels.outlineOf(0).matchAll(/M(\d+) (\d+)([HV])(\d+)/g)) {
    if (way === "H") for (let column = +x; column < +end; column++) add(`below ${column} ${y}`);
    else for (let row = +y; row < +end; row++) add(`beside ${x} ${row}`);
  }
  assert.deepEqual(
    [...edges].sort(),
    ["below 0 0", "below 0 3", "below 1 0", "below 1 1", "below 2 0", "below 2 1",
      "beside 0 0", "beside 0 1", "beside 0 2", "beside 1 1", "beside 1 2", "beside 3 0"],
  );
});

test("a stroke gives every superpixel it touches the class, as one step", () => {
  const correction = new Correction(createMask(5, 3, 9));
  const editor = editorOn(correction, 7, new Superpixels(CELLS(), { width: 5, height: 3 }));
  draw(editor, [at(1.5, 1.5), at(4.5, 2.5)]);
  assert.deepEqual(rows(correction.mask), ["99999", "97799", "97777"]);
  assert.deepEqual(correction.effort, { strokes: 1, clicks: 0, undos: 0 });
  assert.equal(correction.history.depth, 1);
  correction.undo();
  assert.deepEqual(rows(correction.mask), ["99999", "99999", "99999"]);
});

test("a fast move misses none in between, and protected classes stay", () => {
  const correction = new Correction(createMask(5, 3, 9));
  correction.beginStroke();
  correction.stroke(at(4.5, 0.5), at(4.5, 0.5), 1, 3);
  correction.endStroke();
  correction.toggleProtected(3);
  const editor = editorOn(correction, 7, new Superpixels(CELLS(), { width: 5, height: 3 }));
  draw(editor, [at(0.5, 1.5), at(4.5, 1.5)]);
  assert.deepEqual(rows(correction.mask), ["77773", "77777", "77799"]);
});

test("with Shift the model's labels come back, until the stroke ends", () => {
  const model = createMask(5, 3, 9);
  model.labels[6] = 4;
  const correction = new Correction(model);
  correction.replace(new Uint8Array(15).fill(7));
  const editor = editorOn(correction, 5, new Superpixels(CELLS(), { width: 5, height: 3 }));
  draw(editor, [at(1, 1), at(3, 1)], { shiftKey: true });
  assert.deepEqual(rows(correction.mask), ["77799", "74999", "79977"]);
});

test("a stroke given up leaves all as it was", () => {
  const correction = new Correction(createMask(5, 3, 9));
  const editor = editorOn(correction, 7, new Superpixels(CELLS(), { width: 5, height: 3 }));
  superpixel.down(editor, at(1, 1), {});
  superpixel.cancel(editor);
  assert.equal(correction.history.depth, 0);
  assert.ok(correction.mask.labels.every((label) => label === 9));
});

test("by keys: press, move, lift; with Shift the model's labels", () => {
  const correction = new Correction(createMask(5, 3, 9));
  const editor = editorOn(correction, 7, new Superpixels(CELLS(), { width: 5, height: 3 }));
  const cursor = new Cursor(editor);
  cursor.press();
  cursor.move(1, 0, 0);
  assert.equal(correction.history.isOpen, true);
  cursor.press();
  assert.deepEqual(rows(correction.mask), ["99977", "97777", "97799"]);
  cursor.press({ shiftKey: true });
  cursor.press();
  assert.deepEqual(rows(correction.mask), ["99999", "97799", "97799"]);
});

test("what is written down in the middle of a stroke reads back as it stood", () => {
  const below = random(5);
  const cells = { width: 60, height: 40, ids: Uint32Array.from({ length: 2400 }, (_, cell) => Math.floor(cell / 7)) };
  const correction = new Correction(createMask(150, 100, 2));
  const editor = editorOn(correction, 7, new Superpixels(cells, { width: 150, height: 100 }));
  const recorder = new StrokeRecorder(correction);
  const entries = [recorder.next() ?? []].flat();
  superpixel.down(editor, at(10, 10), {});
  for (let step = 0; step < 40; step++) {
    superpixel.move(editor, at(below(150), below(100)), {});
    const entry = recorder.next();
    if (entry) entries.push(entry);
    assert.deepEqual(replay(entries)?.labels, correction.mask.labels);
  }
});

test("without superpixels a stroke does nothing", () => {
  const correction = new Correction(createMask(5, 3, 9));
  const editor = editorOn(correction, 7, null);
  draw(editor, [at(1, 1), at(3, 1)]);
  assert.equal(superpixel.outlineAt(editor, at(1, 1)), null);
  assert.equal(correction.history.depth, 0);
});
