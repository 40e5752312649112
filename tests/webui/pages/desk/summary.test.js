import assert from "node:assert/strict";
import { test } from "node:test";

import { Summary } from "../../../../webui/pages/desk/summary.js";

test("a sitting is empty, then counts images, time and pixels on average", () => {
  const sitting = new Summary();
  assert.deepEqual([sitting.isEmpty, sitting.secondsEach, sitting.changedShare], [true, 0, 0]);
  const after = sitting
    .withSubmitted({ active_seconds: 40 }, { changed_share: 0.02 })
    .withSubmitted({ active_seconds: 20 }, { changed_share: 0 })
    .withSkipped();
  assert.deepEqual([after.images, after.skipped, after.isEmpty], [2, 1, false]);
  assert.deepEqual([after.secondsEach, after.changedShare], [30, 0.01]);
});
