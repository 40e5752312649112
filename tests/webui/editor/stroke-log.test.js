import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../webui/editor/correction.js";
import { createMask } from "../../../webui/editor/mask.js";
import { replay, StrokeRecorder } from "../../../webui/editor/stroke-log.js";
import { random } from "./drawing.js";

const WIDTH = 301;
const HEIGHT = 190;

/** Any act, also in the middle of a stroke. */
function actor(correction, below) {
  let last = { x: 0, y: 0 };
  const move = () => {
    const from = last;
    last = { x: from.x + below(9) - 4, y: from.y + below(9) - 4 };
    correction.stroke(from, last, 1 + below(20), below(6));
  };
  const jump = () => (last = { x: below(WIDTH), y: below(HEIGHT) });
  return [
    () => correction.beginStroke(),
    jump,
    ...Array(6).fill(() => correction.history.isOpen && move()),
    () => correction.endStroke(),
    () => correction.abandonStroke(),
    () => correction.undo(),
    () => correction.redo(),
    () => below(12) > 0 || correction.fillRegion(last.x, last.y, below(6)),
  ];
}

test("whenever it stops, what was written down reads back as the mask stood then", () => {
  const below = random(3);
  const correction = new Correction(createMask(WIDTH, HEIGHT, 2));
  const acts = actor(correction, below);
  const recorder = new StrokeRecorder(correction);
  const entries = [];
  let snapshots = 0;
  for (let step = 0; step < 400; step++) {
    for (let times = below(4); times >= 0; times--) acts[below(acts.length)]();
    const entry = recorder.next();
    if (!entry) continue;
    if (entry.kind === "snapshot") snapshots++;
    entries.push(structuredClone(entry));
    const { labels } = replay(entries);
    assert.deepEqual(labels, correction.mask.labels, `after step ${step}`);
  }
  assert.ok(snapshots > 3 && entries.length > 3 * snapshots, `${snapshots} of ${entries.length}`);
});

test("nothing is written down where nothing was done", () => {
  const correction = new Correction(createMask(WIDTH, HEIGHT, 2));
  const recorder = new StrokeRecorder(correction);
  assert.equal(recorder.next(), null);
  correction.fillRegion(0, 0, 1);
  assert.equal(recorder.next().kind, "snapshot");
  assert.equal(recorder.next(), null);
});

test("a dab writes down the tiles that it touched, not the mask", () => {
  const correction = new Correction(createMask(2048, 1024, 2));
  const recorder = new StrokeRecorder(correction);
  const dab = (x, y) => {
    correction.beginStroke();
    correction.stroke({ x, y }, { x, y }, 9, 5);
    correction.endStroke();
  };
  dab(10, 10);
  recorder.next();
  dab(1000, 500);
  const { indices, labels } = recorder.next();
  assert.ok(indices.length <= 4 && labels.length <= 4 * 64 * 64);
});

test("after an entry that was not written, a snapshot follows, done or not", () => {
  const correction = new Correction(createMask(WIDTH, HEIGHT, 2));
  const recorder = new StrokeRecorder(correction);
  correction.fillRegion(0, 0, 1);
  recorder.next();
  recorder.startAnew();
  assert.deepEqual(replay([recorder.next()]).labels, correction.mask.labels);
  assert.equal(recorder.next(), null);
});

test("tiles with no snapshot below them are not read back", () => {
  assert.equal(replay([]), null);
  const tiles = { kind: "tiles", indices: Uint32Array.of(0), labels: new Uint8Array(4096) };
  assert.equal(replay([tiles]), null);
});
