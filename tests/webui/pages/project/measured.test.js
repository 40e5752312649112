/** Figures are of one split at a time; what was measured on neither is no point of a curve. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { measured, splitsOf } from "../../../../webui/pages/project/measured.js";

const scores = (/** @type {number | null} */ miou) => ({ split: "", images: 1, miou, per_class: [] });

/** @param {object} scored */
const training = (scored) => ({
  number: 1,
  round_id: "",
  stage: /** @type {const} */ ("retrain"),
  labels_spent: 4,
  minutes_spent: null,
  pixels_spent: 0,
  test: null,
  validation: null,
  ...scored,
});

const rounds = [
  training({ test: scores(0.2) }),
  training({ test: scores(0.4), validation: scores(0.5) }),
  training({ validation: scores(null) }),
];

test("points are of the split that the figures are of", () => {
  const of = (/** @type {"test" | "validation"} */ split) =>
    measured({ split, rounds, band: [], references: [] }).map(({ miou }) => miou);
  assert.deepEqual(of("test"), [0.2, 0.4]);
  assert.deepEqual(of("validation"), [0.5]);
});

test("there is a choice only between splits that were measured", () => {
  const of = (/** @type {any[]} */ some) =>
    splitsOf({ split: "test", rounds: some, band: [], references: [] });
  assert.deepEqual(of([]), []);
  assert.deepEqual(of(rounds.slice(0, 1)), ["test"]);
  assert.deepEqual(of(rounds), ["test", "validation"]);
});
