import assert from "node:assert/strict";
import { test } from "node:test";

import { Summary } from "../../../../webui/pages/desk/summary.js";

test("a sitting is empty, then counts images, time and pixels on average", () => {
  const sitting = new Summary();
  assert.deepEqual([sitting.isEmpty, sitting.secondsEach, sitting.changedShare], [true, 0, 0]);
  sitting.addSubmitted({ activeSeconds: 40, changedShare: 0.02 });
  sitting.addSubmitted({ activeSeconds: 20, changedShare: 0 });
  sitting.addSkipped();
  assert.deepEqual([sitting.images, sitting.skipped, sitting.isEmpty], [2, 1, false]);
  assert.deepEqual([sitting.secondsEach, sitting.changedShare], [30, 0.01]);
});
