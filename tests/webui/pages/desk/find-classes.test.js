import assert from "node:assert/strict";
import { test } from "node:test";

import { findClasses } from "../../../../webui/pages/desk/find-classes.js";

const classes = ["railroad", "road", "Road marking", "car 3", "sky"].map((name, id) => ({ id, name }));
const found = (wanted) => findClasses(classes, wanted).map(({ name }) => name);

test("the class that is called so goes before those that only begin or go on like it", () => {
  assert.deepEqual(found("road"), ["road", "Road marking", "railroad"]);
  assert.deepEqual(found(" ROAD "), ["road", "Road marking", "railroad"]);
  assert.deepEqual(found("oa"), ["railroad", "road", "Road marking"]);
});

test("a number is a class's own before it is a part of a name", () => {
  assert.deepEqual(found("3"), ["car 3"]);
  assert.deepEqual(found("4"), ["sky"]);
  assert.deepEqual(findClasses([{ id: 12, name: "wall 3" }, ...classes], "3")[0].name, "car 3");
});

test("without a word all are there as they are listed, and a word that none has finds none", () => {
  assert.deepEqual(found(""), classes.map(({ name }) => name));
  assert.deepEqual(found("tree"), []);
});
