/**
 * Gives what mouse, pen, fingers and wheel do on the stage to the editor's tool.
 *
 * One finger draws until a pen has been seen: from then on a hand that rests on the screen, and
 * every finger alone, does nothing. Two fingers always move and enlarge the picture.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./editor.js").Tool} Tool
 */

import { eraser } from "./tools/eraser.js";
import { pan } from "./tools/pan.js";
import { pick } from "./tools/pick.js";
import { Fingers } from "./touch.js";
import { toImage } from "./viewport.js";

const ZOOM_PER_WHEEL_PIXEL = 0.0016;
/** A wheel that counts in lines sends about 3 of some 16 px for each notch. */
const LINE_PIXELS = 16;
/** `PointerEvent.button` of the middle button, and of a pen's other end. */
const MIDDLE = 1;
const PEN_ERASER = 5;

class Hands {
  /** The tool that is pressed, and by which pointer. @type {{tool: Tool, id: number} | null} */
  #held = null;
  #fingers = new Fingers();
  #penWasSeen = false;

  /**
   * @param {HTMLElement} stage
   * @param {() => Editor | null} current
   * @param {{isPanning: () => boolean, onActivity: () => void}} page
   */
  constructor(stage, current, page) {
    this.stage = stage;
    this.current = current;
    this.page = page;
  }

  /** @param {Editor} editor @param {{clientX: number, clientY: number}} event */
  #pointOf(editor, event) {
    const { picture } = editor.surface;
    return toImage(event.clientX, event.clientY, picture.getBoundingClientRect(), picture);
  }

  /** @param {{clientX: number, clientY: number}} event where on the stage */
  #placeOf(event) {
    const rect = this.stage.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  }

  /** @param {Editor} editor @param {PointerEvent} event */
  down(editor, event) {
    event.preventDefault();
    this.page.onActivity();
    this.stage.setPointerCapture(event.pointerId);
    if (event.pointerType === "pen") this.#penWasSeen = true;
    if (event.pointerType === "touch" && this.#putFinger(editor, event)) return;
    const tool = this.#toolFor(editor, event);
    if (!tool || this.#held) return;
    this.#held = { tool, id: event.pointerId };
    editor.press(event);
    tool.down(editor, this.#pointOf(editor, event), event);
  }

  /** @param {Editor} editor @param {PointerEvent} event @returns {boolean} whether the finger draws nothing */
  #putFinger(editor, event) {
    if (this.#held && this.#fingers.has(this.#held.id)) this.#giveUp(editor);
    this.#fingers.put(event.pointerId, this.#placeOf(event));
    return this.#fingers.count > 1 || this.#penWasSeen;
  }

  /** @param {Editor} editor @param {PointerEvent} event @returns {Tool | null} */
  #toolFor(editor, { button, altKey }) {
    if (button === MIDDLE) return pan;
    if (button === PEN_ERASER) return eraser;
    if (button !== 0) return null;
    if (this.page.isPanning()) return pan;
    return altKey ? pick : editor.tool;
  }

  /** @param {Editor} editor @param {PointerEvent} event */
  move(editor, event) {
    this.page.onActivity();
    const gesture = this.#fingers.move(event.pointerId, this.#placeOf(event));
    if (gesture && !this.#held) {
      editor.panBy(gesture.dx, gesture.dy);
      editor.view.zoom(gesture.factor, gesture.at);
    }
    if (event.pointerType === "touch" && this.#held?.id !== event.pointerId) return;
    if (this.#held?.id === event.pointerId) this.#draw(editor, this.#held.tool, event);
    editor.point(this.#pointOf(editor, event));
  }

  /** @param {Editor} editor @param {Tool} tool @param {PointerEvent} event */
  #draw(editor, tool, event) {
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length > 0 ? moves : [event]) {
      editor.press(move);
      tool.move(editor, this.#pointOf(editor, move), move);
    }
  }

  /** @param {Editor} editor @param {PointerEvent} event */
  up(editor, event) {
    this.#fingers.lift(event.pointerId);
    if (this.#held?.id !== event.pointerId) return;
    const { tool } = this.#held;
    this.#held = null;
    tool.up(editor, this.#pointOf(editor, event), event);
    editor.press(null);
    if (event.pointerType === "touch") editor.point(null);
  }

  /** @param {Editor} editor @param {PointerEvent} event */
  cancel(editor, event) {
    this.#fingers.lift(event.pointerId);
    if (this.#held?.id === event.pointerId) this.#giveUp(editor);
  }

  /** @param {Editor} editor */
  #giveUp(editor) {
    this.#held?.tool.cancel(editor);
    this.#held = null;
    editor.press(null);
    editor.point(null);
  }

  /** @param {Editor} editor */
  leave(editor) {
    if (!this.#held) editor.point(null);
  }

  /** @param {Editor} editor @param {PointerEvent} event */
  doubleClick(editor, { altKey }) {
    if (editor.outline.length === 0 || this.page.isPanning() || altKey) return;
    // The second press put a corner on the first one's place.
    editor.takeBackCorner();
    editor.tool.finish?.(editor);
  }

  /** @param {Editor} editor @param {WheelEvent} event */
  wheel(editor, event) {
    event.preventDefault();
    this.page.onActivity();
    const moved = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1);
    if (event.altKey) editor.stepBrushSize(moved > 0 ? -1 : 1);
    else editor.view.zoom(Math.exp(-moved * ZOOM_PER_WHEEL_PIXEL), this.#placeOf(event));
  }
}

/**
 * @param {HTMLElement} stage
 * @param {() => Editor | null} current
 * @param {{isPanning: () => boolean, onActivity: () => void}} page
 * @returns {() => void} stops listening
 */
export function listenToPointer(stage, current, page) {
  const hands = new Hands(stage, current, page);
  const controller = new AbortController();
  const { signal } = controller;

  /** @template {Event} E @param {string} name @param {(editor: Editor, event: E) => void} act */
  const on = (name, act) =>
    stage.addEventListener(
      name,
      (event) => {
        const editor = current();
        if (editor) act(editor, /** @type {E} */ (event));
      },
      { signal, passive: false },
    );
  on("pointerdown", hands.down.bind(hands));
  on("pointermove", hands.move.bind(hands));
  on("pointerup", hands.up.bind(hands));
  on("pointercancel", hands.cancel.bind(hands));
  on("pointerleave", hands.leave.bind(hands));
  on("dblclick", hands.doubleClick.bind(hands));
  on("wheel", hands.wheel.bind(hands));
  return () => controller.abort();
}
