import assert from "node:assert/strict";
import { test } from "node:test";

import { findSpots, nextSpot, previousSpot } from "../../../webui/editor/spots.js";

function mapWith(...squares) {
  const map = { width: 40, height: 32, values: new Uint8Array(40 * 32) };
  for (const [left, top, value] of squares) {
    for (let y = top; y < top + 5; y++) map.values.fill(value, y * 40 + left, y * 40 + left + 5);
  }
  return map;
}

test("spots come by their uncertainty, in image coordinates, one for each place", () => {
  const spots = findSpots(mapWith([3, 4, 120], [30, 20, 250]), 4, 8);
  const near = (spot, x, y) => Math.hypot(spot.x - x, spot.y - y) < 8;
  assert.ok(near(spots[0], (30 + 2.5) * 4, (20 + 2.5) * 4));
  const second = spots.find((spot) => near(spot, (3 + 2.5) * 4, (4 + 2.5) * 4));
  assert.ok(second && second.score < spots[0].score);
});

test("a sure model has no spots, and there are never more than asked for", () => {
  assert.deepEqual(findSpots(mapWith([3, 4, 9]), 4, 8), []);
  assert.equal(
    findSpots({ width: 40, height: 32, values: new Uint8Array(1280).fill(200) }, 4, 3).length,
    3,
  );
});

test("the next spot is one not looked at, however one came to the last; when all are, the next", () => {
  const spots = [true, false, true, false].map((visited) => ({ visited }));
  assert.equal(nextSpot(spots, null), 1);
  assert.equal(nextSpot(spots, 1), 3);
  assert.equal(nextSpot(spots, 3), 1);
  const all = spots.map(() => ({ visited: true }));
  assert.equal(nextSpot(all, 3), 0);
  assert.equal(nextSpot(all, 1), 2);
  assert.equal(previousSpot(all, 0), 3);
  assert.equal(previousSpot(all, null), 0);
});
