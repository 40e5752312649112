/**
 * One picture being corrected: the person's mask, the model's beside it, and each act on it.
 *
 * Pure: it knows pixels and steps, no screen. Every act is one step of undo.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {import("./brush.js").Point} Point
 * @typedef {import("./polygon.js").Run} Run
 * @typedef {{readonly bounds: Rect, readonly runs: readonly Run[]}} Region
 *
 * What a brush lays down: a class, or "model" for the model's own label.
 * @typedef {number | "model"} Paint
 */

import { strokeBounds, sweep } from "./brush.js";
import { findRegion } from "./fill.js";
import { History } from "./history.js";
import { cloneMask, VOID, wholeOf } from "./mask.js";
import { insideOf } from "./polygon.js";
import { countDifferentInTile, countTiles } from "./tiles.js";

export class Correction {
  #protected = new Uint8Array(256);
  /** Where a change may be. @type {readonly Rect[]} */ #fence;
  #changed = 0;
  /** How many pixels of each tile differ from the model's. */
  #changedByTile;
  /** Tiles written to since they were last counted, and since they were last taken. @type {Set<number>} */
  #uncounted = new Set();
  /** @type {Set<number>} */ #touched = new Set();

  /** Strokes, clicks and undos so far: the effort that a submission reports. */
  effort = { strokes: 0, clicks: 0, undos: 0 };

  /** @param {Mask} model the mask that the person starts from; kept as it is */
  constructor(model) {
    this.model = model;
    this.mask = cloneMask(model);
    this.#fence = [wholeOf(model)];
    this.history = new History(this.mask);
    this.#changedByTile = new Uint16Array(countTiles(model));
    this.history.onTouched = (index) => {
      this.#uncounted.add(index);
      this.#touched.add(index);
    };
  }

  /** @returns {number[]} the tiles that may have changed since this was last asked */
  takeTouched() {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** How many pixels differ from the model's mask; while a stroke goes on, as before it. */
  get changed() {
    if (this.history.isOpen) return this.#changed;
    for (const index of this.#uncounted) {
      const now = countDifferentInTile(this.mask, this.model, index);
      this.#changed += now - this.#changedByTile[index];
      this.#changedByTile[index] = now;
    }
    this.#uncounted.clear();
    return this.#changed;
  }

  /** Nothing paints outside of these boxes from here on. @param {readonly Rect[]} boxes */
  keepInside(boxes) {
    this.#fence = boxes;
  }

  /** @param {number} label @returns {boolean} whether nothing may paint over this class */
  isProtected(label) {
    return this.#protected[label] === 1;
  }

  /** @param {number} label */
  toggleProtected(label) {
    this.#protected[label] = 1 - this.#protected[label];
  }

  beginStroke() {
    this.history.begin();
    this.effort.strokes++;
  }

  /**
   * Move the brush in a straight line. @param {Point} from @param {Point} to
   * @param {number} size @param {Paint} paint @returns {Rect} what may have changed
   */
  stroke(from, to, size, paint) {
    const bounds = strokeBounds(from, to, size);
    this.history.remember(bounds);
    sweep(from, to, size, (row, left, right) => this.#write(row, left, right, paint));
    return bounds;
  }

  /** Paint a region as a part of the stroke. @param {Region | null} region @param {Paint} paint @returns {Rect | null} what may have changed */
  strokeRegion(region, paint) {
    if (!region) return null;
    this.history.remember(region.bounds);
    for (const { row, left, right } of region.runs) this.#write(row, left, right, paint);
    return region.bounds;
  }

  /** @returns {boolean} whether the stroke changed a pixel */
  endStroke() {
    return this.history.commit();
  }

  /** Give up the stroke that is going on. @returns {Rect | null} */
  abandonStroke() {
    return this.history.abandon();
  }

  /** Give the region under (x, y) another class. @param {number} x @param {number} y @param {Paint} paint */
  fillRegion(x, y, paint) {
    return this.fillFound(findRegion(this.mask, x, y), paint);
  }

  /** Take the model's mask in its own region under (x, y). @param {number} x @param {number} y */
  acceptModel(x, y) {
    return this.fillFound(findRegion(this.model, x, y), "model");
  }

  /** Paint a region that was found by a click. @param {Region | null} region @param {Paint} paint */
  fillFound(region, paint) {
    if (region) this.effort.clicks++;
    return this.#writeRuns(region, paint);
  }

  /** Paint what an outline encloses; each of its corners was a click. @param {readonly Point[]} corners @param {Paint} paint */
  fillOutline(corners, paint) {
    this.effort.clicks += corners.length;
    return this.#writeRuns(insideOf(corners, this.mask), paint);
  }

  /** Make void what a class has inside an outline. @param {readonly Point[]} corners @param {number} label */
  clearOutline(corners, label) {
    this.effort.clicks += corners.length;
    return this.#writeRuns(insideOf(corners, this.mask), VOID, label);
  }

  /** Take the model's mask inside an outline drawn freehand. @param {readonly Point[]} corners */
  acceptInside(corners) {
    this.effort.strokes++;
    return this.#writeRuns(insideOf(corners, this.mask), "model");
  }

  /** Give every void pixel a class. @param {number} label */
  fillVoid(label) {
    const { width, height } = this.mask;
    return this.#step(wholeOf(this.mask), () => {
      for (let row = 0; row < height; row++) this.#write(row, 0, width, label, VOID);
    });
  }

  /** Put other labels in the place of all, as one step: work kept from before. @param {Uint8Array} labels */
  replace(labels) {
    const { width, labels: to } = this.mask;
    return this.#step(wholeOf(this.mask), () => {
      for (const { left, top, right, bottom } of this.#fence)
        for (let start = top * width; start < bottom * width; start += width)
          to.set(labels.subarray(start + left, start + right), start + left);
    });
  }

  /** @returns {Rect | null} */
  undo() {
    const touched = this.history.undo();
    if (touched) this.effort.undos++;
    return touched;
  }

  /** @returns {Rect | null} */
  redo() {
    return this.history.redo();
  }

  /** @param {Region | null} region @param {Paint} paint @param {number} [only] the one label painted over @returns {Rect | null} */
  #writeRuns(region, paint, only) {
    if (!region) return null;
    return this.#step(region.bounds, () => {
      for (const { row, left, right } of region.runs) this.#write(row, left, right, paint, only);
    });
  }

  /** @param {Rect} bounds @param {() => void} act @returns {Rect} */
  #step(bounds, act) {
    this.history.begin();
    this.history.remember(bounds);
    act();
    this.history.commit();
    return bounds;
  }

  /** @param {number} row @param {number} left @param {number} right @param {Paint} paint @param {number} [only] */
  #write(row, left, right, paint, only) {
    for (const box of this.#fence) {
      if (row < box.top || row >= box.bottom) continue;
      this.#writeInside(row, Math.max(box.left, left), Math.min(box.right, right), paint, only);
    }
  }

  /** @param {number} row @param {number} left @param {number} right in the picture @param {Paint} paint @param {number} [only] */
  #writeInside(row, left, right, paint, only) {
    const { width, labels } = this.mask;
    const [start, end] = [row * width + left, row * width + right];
    for (let at = start; at < end; at++) {
      if (this.#protected[labels[at]] || (only !== undefined && labels[at] !== only)) continue;
      labels[at] = paint === "model" ? this.model.labels[at] : paint;
    }
  }
}
