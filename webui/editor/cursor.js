/**
 * A pointer moved by keys: every tool works without a mouse.
 *
 * A press of an arrow is one pixel; held down, the steps grow. One key presses and, for tools that
 * draw, the same key lifts again.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./editor.js").Tool} Tool
 */

/** Presses that follow each other faster than this come from a key held down. */
const HELD_MS = 90;
const GROWTH = 1.25;
const MOST_STEP = 24;
/** Tools that act from press to release; the others act with the press. */
const DRAWING = new Set(["brush", "eraser", "restore", "lasso", "superpixel"]);

export class Cursor {
  #step = 1;
  #last = -Infinity;
  /** @type {Tool | null} */ #held = null;

  /** @param {Editor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** The middle of a pixel: where the pointer is, or the middle of the picture. */
  get #point() {
    const { width, height } = this.editor.correction.mask;
    const { x, y } = this.editor.pointer ?? { x: width / 2, y: height / 2 };
    const inside = (/** @type {number} */ at, /** @type {number} */ size) =>
      Math.min(Math.max(Math.floor(at), 0), size - 1) + 0.5;
    return { x: inside(x, width), y: inside(y, height) };
  }

  /** @param {-1 | 0 | 1} across @param {-1 | 0 | 1} down @param {number} now milliseconds */
  move(across, down, now) {
    this.#step = now - this.#last < HELD_MS ? Math.min(this.#step * GROWTH, MOST_STEP) : 1;
    this.#last = now;
    const [step, from] = [Math.floor(this.#step), this.#point];
    this.editor.point({ x: from.x + across * step, y: from.y + down * step });
    this.editor.point(this.#point);
    this.#held?.move(this.editor, this.#point, eventOf("pointermove"));
  }

  /** Press the tool; a drawing one is lifted by the next press. @param {{shiftKey?: boolean}} [how] */
  press({ shiftKey = false } = {}) {
    const { editor } = this;
    const held = this.#held;
    const tool = held ?? editor.tool;
    editor.point(this.#point);
    if (!held) tool.down(editor, this.#point, eventOf("pointerdown", shiftKey));
    this.#held = !held && DRAWING.has(tool.id) ? tool : null;
    if (!this.#held) tool.up(editor, this.#point, eventOf("pointerup"));
  }
}

/** What a tool is told beside the point. @param {string} name @param {boolean} [shiftKey] @returns {PointerEvent} */
const eventOf = (name, shiftKey = false) =>
  /** @type {PointerEvent} */ (Object.assign(new Event(name), { shiftKey }));
