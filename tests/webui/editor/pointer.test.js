import assert from "node:assert/strict";
import { test } from "node:test";

import { listenToPointer } from "../../../webui/editor/pointer.js";
import { eraser } from "../../../webui/editor/tools/eraser.js";

/** A stage of 100 x 100 CSS pixels over a picture of the same size, and what the tool was told. */
function handsOn() {
  const told = [];
  const listeners = {};
  const rect = { left: 0, top: 0, width: 100, height: 100 };
  const tell =
    (what) =>
    (_, { x, y } = {}) =>
      told.push(x === undefined ? what : `${what} ${x},${y}`);
  const editor = {
    surface: { picture: { width: 100, height: 100, getBoundingClientRect: () => rect } },
    tool: { down: tell("down"), move: tell("move"), up: tell("up"), cancel: tell("cancel") },
    outline: [],
    point: () => {},
    press: () => {},
    panBy: (dx, dy) => told.push(`pan ${dx},${dy}`),
    view: { zoom: (factor, at) => told.push(`zoom ${factor} at ${at.x},${at.y}`) },
  };
  const stage = {
    addEventListener: (name, listener) => (listeners[name] = listener),
    getBoundingClientRect: () => rect,
    setPointerCapture: () => {},
  };
  listenToPointer(stage, () => editor, { isPanning: () => false, onActivity: () => {} });
  const send = (name, pointerType, pointerId, [x, y], more = {}) => {
    const event = { pointerType, pointerId, clientX: x, clientY: y, button: 0, ...more };
    listeners[`pointer${name}`]({ preventDefault: () => {}, ...event });
    return told.splice(0);
  };
  return { editor, send };
}

test("one finger draws; a second one gives the stroke up, and both move and enlarge", () => {
  const { send } = handsOn();
  assert.deepEqual(send("down", "touch", 1, [10, 10]), ["down 10,10"]);
  assert.deepEqual(send("move", "touch", 1, [12, 10]), ["move 12,10"]);
  assert.deepEqual(send("down", "touch", 2, [32, 10]), ["cancel"]);
  assert.deepEqual(send("move", "touch", 2, [52, 10]), ["pan 10,0", "zoom 2 at 32,10"]);
  assert.deepEqual(send("up", "touch", 2, [52, 10]), []);
  assert.deepEqual(send("move", "touch", 1, [20, 20]), [], "the finger that stays draws nothing");
  send("up", "touch", 1, [20, 20]);
  assert.deepEqual(send("down", "touch", 3, [5, 5]), ["down 5,5"]);
});

test("once a pen was seen, a palm draws nothing, but two fingers still move the picture", () => {
  const { send } = handsOn();
  assert.deepEqual(send("down", "pen", 1, [10, 10], { pressure: 0.5 }), ["down 10,10"]);
  assert.deepEqual(send("down", "touch", 2, [80, 80]), []);
  assert.deepEqual(send("move", "touch", 2, [81, 80]), []);
  send("down", "touch", 3, [90, 80]);
  assert.deepEqual(send("move", "touch", 3, [91, 80]), [], "not even two of its places");
  send("up", "touch", 3, [91, 80]);
  assert.deepEqual(send("move", "pen", 1, [11, 10]), ["move 11,10"]);
  assert.deepEqual(send("up", "touch", 2, [81, 80]), []);
  assert.deepEqual(send("up", "pen", 1, [11, 10]), ["up 11,10"]);
  assert.deepEqual(send("down", "touch", 2, [10, 10]), []);
  assert.deepEqual(send("down", "touch", 3, [20, 10]), []);
  assert.deepEqual(send("move", "touch", 3, [30, 10]), ["pan 5,0", "zoom 2 at 20,10"]);
});

test("a pen's other end erases, whatever the tool", (t) => {
  const { send } = handsOn();
  const down = t.mock.method(eraser, "down", () => {});
  t.mock.method(eraser, "up", () => {});
  assert.deepEqual(send("down", "pen", 1, [10, 10], { button: 5 }), []);
  assert.equal(down.mock.callCount(), 1);
  assert.deepEqual(send("up", "pen", 1, [10, 10], { button: 5 }), []);
});

test("the right button does nothing, and another pointer ends no stroke", () => {
  const { send } = handsOn();
  assert.deepEqual(send("down", "mouse", 1, [10, 10], { button: 2 }), []);
  send("down", "mouse", 1, [10, 10]);
  assert.deepEqual(send("up", "touch", 2, [10, 10]), []);
  assert.deepEqual(send("up", "mouse", 1, [10, 10]), ["up 10,10"]);
});
