import assert from "node:assert/strict";
import { test } from "node:test";

import { Correction } from "../../../../webui/editor/correction.js";
import { BINDINGS } from "../../../../webui/editor/keymap.js";
import { act } from "../../../../webui/pages/desk/commands.js";
import * as texts from "../../../../webui/texts.js";
import { deskWith, drawn, rows } from "../../editor/drawing.js";

function pageWith(correction, { label = 7, pointer = null } = {}) {
  const editor = Object.assign(deskWith(correction, label), {
    pointer,
    takeBackCorner() {
      this.outline.pop();
    },
  });
  return { editor, isBusy: { value: false }, phase: { value: "editing" } };
}

test("a region under the pointer takes the current class: what hangs together, as one step", () => {
  const correction = new Correction(drawn(["0011", "0110", "1000"]));
  const page = pageWith(correction, { pointer: { x: 2.7, y: 0.2 } });
  act(page, "region.assign");
  assert.deepEqual(rows(correction.mask), ["0077", "0770", "1000"]);
  assert.deepEqual([correction.history.depth, correction.effort.clicks], [1, 1]);
  act(page, "undo");
  assert.equal(correction.changed, 0);
  correction.toggleProtected(1);
  act(page, "region.assign");
  assert.equal(correction.changed, 0, "a protected region stays");
});

test("without a pointer on the picture no region is given a class", () => {
  const correction = new Correction(drawn(["01"]));
  act(pageWith(correction), "region.assign");
  act(pageWith(correction, { pointer: { x: -1, y: 0 } }), "region.assign");
  assert.equal(correction.changed, 0);
});

test("while an outline is open, undo takes its last corner back and leaves the mask", () => {
  const correction = new Correction(drawn(["01"]));
  const page = pageWith(correction, { pointer: { x: 0, y: 0 } });
  act(page, "region.assign");
  page.editor.outline.push({ x: 0, y: 0 });
  act(page, "undo");
  assert.deepEqual([page.editor.outline.length, correction.history.depth], [0, 1]);
  act(page, "undo");
  assert.equal(correction.history.depth, 0);
});

test("every key but a class's digit stands with words in the key sheet", () => {
  const digits = /^class\.\d+$/;
  for (const { command } of BINDINGS.filter((one) => !digits.test(one.command)))
    assert.ok(texts.commands[command], command);
});
