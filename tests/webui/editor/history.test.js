import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../../webui/editor/history.js";
import { createMask } from "../../../webui/editor/mask.js";
import { random } from "./drawing.js";

function paint(history, label, rect) {
  const { mask } = history;
  history.remember(rect);
  for (let y = Math.max(0, rect.top); y < Math.min(mask.height, rect.bottom); y++) {
    mask.labels.fill(
      label,
      y * mask.width + Math.max(0, rect.left),
      y * mask.width + Math.min(mask.width, rect.right),
    );
  }
}

test("many steps go back and forth to the very bytes, odd sizes and edges included", () => {
  const below = random(5);
  const history = new History(createMask(201, 133, 0));
  const states = [history.mask.labels.slice()];
  for (let step = 0; step < 40; step++) {
    history.begin();
    for (let part = 0; part < 3; part++) {
      const [left, top] = [below(220) - 10, below(150) - 10];
      paint(history, 1 + below(250), {
        left,
        top,
        right: left + 1 + below(90),
        bottom: top + 1 + below(90),
      });
    }
    if (history.commit()) states.push(history.mask.labels.slice());
  }
  assert.equal(history.depth, states.length - 1);
  for (let at = states.length - 2; at >= 0; at--) {
    assert.ok(history.undo());
    assert.deepEqual(history.mask.labels, states[at]);
  }
  assert.equal(history.undo(), null);
  for (let at = 1; at < states.length; at++) {
    assert.ok(history.redo());
    assert.deepEqual(history.mask.labels, states[at]);
  }
  assert.equal(history.redo(), null);
});

test("a step that changes nothing is no step and keeps what could be redone", () => {
  const history = new History(createMask(10, 10, 0));
  history.begin();
  paint(history, 3, { left: 0, top: 0, right: 4, bottom: 4 });
  assert.equal(history.commit(), true);
  history.undo();
  history.begin();
  paint(history, 0, { left: 0, top: 0, right: 9, bottom: 9 });
  assert.equal(history.commit(), false);
  assert.equal(history.redoDepth, 1);
});

test("a new step ends what could be redone; an abandoned one leaves the mask as it was", () => {
  const history = new History(createMask(10, 10, 0));
  for (const label of [1, 2]) {
    history.begin();
    paint(history, label, { left: 0, top: 0, right: 2, bottom: 2 });
    history.commit();
  }
  history.undo();
  history.begin();
  paint(history, 9, { left: 5, top: 5, right: 6, bottom: 6 });
  history.commit();
  assert.equal(history.redoDepth, 0);
  const before = history.mask.labels.slice();
  history.begin();
  paint(history, 7, { left: 0, top: 0, right: 10, bottom: 10 });
  history.abandon();
  assert.deepEqual(history.mask.labels, before);
  assert.equal(history.depth, 2);
});

test("the oldest steps go when the memory is used, the newest always stays", () => {
  const history = new History(createMask(64, 64, 0), 3 * 2 * 64 * 64);
  for (let label = 1; label <= 6; label++) {
    history.begin();
    paint(history, label, { left: 0, top: 0, right: 1, bottom: 1 });
    history.commit();
  }
  assert.equal(history.depth, 3);
});

test("a write without an open step is refused", () => {
  const history = new History(createMask(4, 4));
  assert.throws(
    () => history.remember({ left: 0, top: 0, right: 1, bottom: 1 }),
    /call begin first/,
  );
});
