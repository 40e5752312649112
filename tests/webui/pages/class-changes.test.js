import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf, keyOf, nextId } from "../../../webui/pages/settings/class-changes.js";

const BEFORE = [
  { id: 0, name: "road", colour: "#804080" },
  { id: 4, name: "sky", colour: "#4682b4" },
];

test("what changed is counted by kind, and an id is never given twice", () => {
  const after = [
    { id: 0, name: "street", colour: "#000000" },
    { id: 5, name: "car", colour: "#00008e" },
  ];
  assert.deepEqual(changesOf(BEFORE, after), { added: 1, removed: 1, renamed: 1, recoloured: 1, count: 4 });
  assert.equal(changesOf(BEFORE, BEFORE).count, 0);
  assert.equal(nextId(BEFORE, BEFORE.slice(0, 1)), 5);
  assert.equal(nextId([], []), 0);
});

test("the first nineteen classes have keys of the desk", () => {
  assert.deepEqual([0, 8, 9, 10, 18, 19].map(keyOf), ["1", "9", "0", "⇧1", "⇧9", "/"]);
});
