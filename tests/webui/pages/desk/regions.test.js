import assert from "node:assert/strict";
import { test } from "node:test";

import { differences, withRegion } from "../../../../webui/pages/desk/regions.js";
import { drawn, rows } from "../../editor/drawing.js";

const mine = drawn(["0011", "0011", "2000"]);
const theirs = drawn(["1111", "1100", "0003"]);

test("what differs is listed by region and pair of classes, largest first", () => {
  const found = differences(mine, theirs).map(({ pixels, mine: a, theirs: b }) => [pixels, a, b]);
  assert.deepEqual(found, [[4, 0, 1], [2, 1, 0], [1, 2, 0], [1, 0, 3]]);
  assert.deepEqual(differences(mine, mine), []);
});

test("each region is found once, at a place inside it, and can be taken alone", () => {
  let labels = mine.labels;
  for (const region of differences(mine, theirs)) {
    const at = region.y * mine.width + region.x;
    assert.deepEqual([mine.labels[at], theirs.labels[at]], [region.mine, region.theirs]);
    const changed = withRegion(labels, region, theirs);
    assert.equal(changed.filter((label, here) => label !== labels[here]).length, region.pixels);
    labels = changed;
  }
  assert.deepEqual(rows({ ...mine, labels }), rows(theirs));
  assert.deepEqual(rows(mine), ["0011", "0011", "2000"], "the versions themselves stay");
});

test("more kinds of difference than a byte counts are all found", () => {
  const size = { width: 60, height: 60 };
  const a = { ...size, labels: Uint8Array.from({ length: 3600 }, (_, at) => Math.floor(at / 60)) };
  const b = { ...size, labels: Uint8Array.from({ length: 3600 }, (_, at) => 100 + (at % 60)) };
  const found = differences(a, b);
  assert.equal(found.length, 200);
});
