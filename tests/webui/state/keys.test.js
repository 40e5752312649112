import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { bindingsWith, commandFor, isChanged, keyFrom, keysFor } from "../../../webui/state/keys.js";
import { preferences } from "../../../webui/state/preferences.js";

const press = (code, held = {}) => ({
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});
const own = { "tool.fill": [{ code: "KeyQ", ctrl: false, shift: true, alt: false }] };

afterEach(() => (preferences.value = {}));

test("a key of one's own takes the place of the usual one, everywhere it is named", () => {
  assert.deepEqual([commandFor(press("KeyF")), keysFor("tool.fill")], ["tool.fill", "F"]);
  preferences.value = { keys: own };
  assert.equal(commandFor(press("KeyQ", { shiftKey: true })), "tool.fill");
  assert.equal(commandFor(press("KeyF")), null);
  assert.deepEqual([keysFor("tool.fill"), isChanged("tool.fill")], ["Shift+Q", true]);
  assert.equal(commandFor(press("KeyB")), "tool.brush");
});

test("a command with two usual keys loses both to its own", () => {
  const changed = bindingsWith({ redo: [{ code: "KeyR", ctrl: true }] });
  assert.deepEqual(
    changed.filter(({ command }) => command === "redo").map(({ code }) => code),
    ["KeyR"],
  );
});

test("a press is a key unless it is a modifier, the browser's, or another command's", () => {
  assert.deepEqual(keyFrom(press("KeyQ", { altKey: true }), "tool.fill"), {
    key: { code: "KeyQ", ctrl: false, shift: false, alt: true },
  });
  assert.deepEqual(keyFrom(press("ShiftLeft", { shiftKey: true }), "tool.fill"), { why: "modifier" });
  assert.deepEqual(keyFrom(press("KeyW", { ctrlKey: true }), "tool.fill"), { why: "browser" });
  assert.deepEqual(keyFrom(press("KeyB"), "tool.fill"), { why: "taken", by: "tool.brush" });
  assert.ok("key" in keyFrom(press("KeyF"), "tool.fill"), "its own key again");
});
