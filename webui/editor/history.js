/**
 * Undo and redo of a mask by the tiles that a step changed: one step for one stroke.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {{index: number, before: Uint8Array, after: Uint8Array}} Tile
 */

import { uniteRects } from "./mask.js";
import { readTile, TILE, tilesIn, writeTile } from "./tiles.js";

/** A tile is kept before and after: 8 KiB. 32,768 of them are hundreds of long strokes. */
const MOST_BYTES = 32768 * 2 * TILE * TILE;

export class History {
  /** @type {Tile[][]} */ #done = [];
  /** @type {Tile[][]} */ #undone = [];
  /** @type {Map<number, Uint8Array> | null} */ #open = null;
  #bytes = 0;
  /** Told of each tile before it is written to. @type {(index: number) => void} */ onTouched = () => {};

  /** @param {Mask} mask @param {number} [mostBytes] */
  constructor(mask, mostBytes = MOST_BYTES) {
    this.mask = mask;
    this.mostBytes = mostBytes;
  }

  /** How many steps can be undone. */
  get depth() {
    return this.#done.length;
  }

  get redoDepth() {
    return this.#undone.length;
  }

  /** Whether a step has begun and has not ended. */
  get isOpen() {
    return this.#open !== null;
  }

  /** Open a step. What `remember` is told of from here on is undone as one. */
  begin() {
    this.commit();
    this.#open = new Map();
  }

  /** Keep what stands in `rect`; call it before the first write there. @param {Rect} rect */
  remember(rect) {
    const open = this.#open;
    if (!open) throw new Error("A change needs an open step: call begin first.");
    for (const index of tilesIn(this.mask, rect)) {
      this.onTouched(index);
      if (!open.has(index)) open.set(index, readTile(this.mask, index));
    }
  }

  /** Close the step. @returns {boolean} whether it changed a pixel and can be undone */
  commit() {
    /** @type {Tile[]} */
    const step = [];
    for (const [index, before] of this.#open ?? []) {
      const after = readTile(this.mask, index);
      if (before.some((label, at) => label !== after[at])) step.push({ index, before, after });
    }
    this.#open = null;
    if (step.length === 0) return false;
    this.#undone.forEach((undone) => (this.#bytes -= bytesOf(undone)));
    this.#undone = [];
    this.#done.push(step);
    this.#bytes += bytesOf(step);
    while (this.#bytes > this.mostBytes && this.#done.length > 1) {
      this.#bytes -= bytesOf(/** @type {Tile[]} */ (this.#done.shift()));
    }
    return true;
  }

  /** Give the open step up: the mask is as before it. @returns {Rect | null} what changed back */
  abandon() {
    /** @type {Rect | null} */
    let touched = null;
    for (const [index, before] of this.#open ?? [])
      touched = uniteRects(touched, this.#write(index, before));
    this.#open = null;
    return touched;
  }

  /** @returns {Rect | null} what changed back, or null where nothing is left to undo */
  undo() {
    return this.#move(this.#done, this.#undone, "before");
  }

  /** @returns {Rect | null} */
  redo() {
    return this.#move(this.#undone, this.#done, "after");
  }

  /**
   * @param {Tile[][]} from @param {Tile[][]} to @param {"before" | "after"} side
   * @returns {Rect | null}
   */
  #move(from, to, side) {
    this.commit();
    const step = from.pop();
    if (!step) return null;
    to.push(step);
    return step.reduce(
      (/** @type {Rect | null} */ touched, tile) =>
        uniteRects(touched, this.#write(tile.index, tile[side])),
      null,
    );
  }

  /** @param {number} index @param {Uint8Array} tile @returns {Rect} */
  #write(index, tile) {
    this.onTouched(index);
    return writeTile(this.mask, index, tile);
  }
}

/** @param {Tile[]} step */
function bytesOf(step) {
  return step.reduce((sum, tile) => sum + tile.before.length + tile.after.length, 0);
}
