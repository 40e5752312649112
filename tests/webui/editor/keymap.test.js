import assert from "node:assert/strict";
import { test } from "node:test";

import { BINDINGS, commandOf, keysOf } from "../../../webui/editor/keymap.js";

const press = (code, held = {}) => ({
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

test("the place of the key decides, and held keys must match exactly", () => {
  assert.equal(commandOf(press("KeyB")), "tool.brush");
  assert.equal(commandOf(press("KeyE", { shiftKey: true })), "tool.restore");
  assert.equal(commandOf(press("KeyZ", { ctrlKey: true, shiftKey: true })), "redo");
  assert.equal(commandOf(press("KeyZ", { metaKey: true })), "undo");
  assert.equal(commandOf(press("KeyB", { altKey: true })), null);
});

test("twenty classes have a digit: 1 to 9, then 0, then the same with Shift", () => {
  assert.equal(commandOf(press("Digit1")), "class.0");
  assert.equal(commandOf(press("Digit0")), "class.9");
  assert.equal(commandOf(press("Digit1", { shiftKey: true })), "class.10");
  assert.equal(keysOf("class.19"), "Shift+0");
});

test("no two commands share their keys, and the browser keeps its own", () => {
  const seen = BINDINGS.map(({ code, ctrl, shift, alt }) => [code, !!ctrl, !!shift, !!alt].join());
  assert.equal(new Set(seen).size, seen.length);
  for (const code of ["KeyW", "KeyN", "KeyT", "KeyR", "KeyD", "KeyF"]) {
    assert.equal(commandOf(press(code, { ctrlKey: true })), null);
  }
});
