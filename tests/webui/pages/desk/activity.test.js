import assert from "node:assert/strict";
import { test } from "node:test";

import { Activity } from "../../../../webui/pages/desk/activity.js";

const worked = (...moments) => {
  const activity = new Activity();
  moments.forEach((second) => activity.note(second * 1000));
  return activity.seconds;
};

test("pauses of over 20 s are no work; shorter ones are", () => {
  assert.equal(worked(), 0);
  assert.equal(worked(100), 0, "one moment has no length");
  assert.equal(worked(100, 105, 125), 25);
  assert.equal(worked(100, 105, 125.1), 5, "a pause of 20.1 s");
  assert.equal(worked(100, 130, 160, 161), 1);
});

test("an item opened again goes on counting from before", () => {
  const activity = new Activity(40);
  activity.note(0);
  activity.note(3000);
  assert.equal(activity.seconds, 43);
});
