/**
 * The class that the model would have taken next, cell by cell, and how likely both were to it.
 *
 * Pure. A cell is as large as one of the uncertainty map.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./spots.js").ScoreMap} ScoreMap
 * @typedef {import("./brush.js").Point} Point
 * @typedef {{label: number, chance: number}} Guess with a probability, 0 to 1
 */

import { findRegion } from "./fill.js";
import { holds, VOID } from "./mask.js";

/** Where the second class is less likely than this, the model is sure, and nothing is shown. */
const LEAST_CHANCE = 0.2;

export class SecondBest {
  /**
   * @param {Mask} second each cell's class
   * @param {ScoreMap} chances the best class's probabilities above the second's
   * @param {number} stride image pixels for each cell
   */
  constructor(second, chances, stride) {
    if (chances.width !== second.width || chances.height !== 2 * second.height)
      throw new Error("The second-best classes and their probabilities differ in size.");
    this.second = second;
    this.stride = stride;
    this.#chances = chances.values;
  }
  #chances;

  /** @param {Point} point @returns {number | null} the cell's place in the maps */
  #cellAt({ x, y }) {
    const [column, row] = [Math.floor(x / this.stride), Math.floor(y / this.stride)];
    return holds(this.second, column, row) ? row * this.second.width + column : null;
  }

  /**
   * What the model thinks of a place whose mask it gave a class.
   *
   * At a border a cell's best class may be the neighbour's: then the class asked about is the
   * second, and what comes after it is not known.
   *
   * @param {Point} point @param {number} label of the model's mask there
   * @returns {{chance: number, other: Guess | null} | null}
   */
  at(point, label) {
    const cell = this.#cellAt(point);
    if (cell === null) return null;
    const { labels } = this.second;
    const [best, next] = [this.#chances[cell] / 255, this.#chances[labels.length + cell] / 255];
    if (labels[cell] === label) return { chance: next, other: null };
    return { chance: best, other: { label: labels[cell], chance: next } };
  }

  /**
   * The region about a pixel of one class to the person and one second-best class to the model.
   *
   * @param {Mask} mask the person's @param {Point} point
   * @returns {{label: number, region: ReturnType<typeof findRegion>} | null} null where no other class is there to take
   */
  regionAt(mask, point) {
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    const cell = this.#cellAt(point);
    if (!holds(mask, x, y) || cell === null) return null;
    const label = this.second.labels[cell];
    const mine = mask.labels[y * mask.width + x];
    if (label === VOID || label === mine) return null;
    return { label, region: findRegion(this.#alike(mask, mine, label), x, y) };
  }

  /** One where both the person's class and the second best are the given ones. @param {Mask} mask @param {number} mine @param {number} label @returns {Mask} */
  #alike({ width, height, labels }, mine, label) {
    const alike = new Uint8Array(labels.length);
    for (let row = 0; row < height; row++) {
      const cells = Math.floor(row / this.stride) * this.second.width;
      for (let column = 0; column < width; column++) {
        const at = row * width + column;
        if (labels[at] !== mine) continue;
        const cell = cells + Math.floor(column / this.stride);
        if (this.second.labels[cell] === label) alike[at] = 1;
      }
    }
    return { width, height, labels: alike };
  }

  /** Its colours where the model is unsure, clear elsewhere. @param {Uint32Array} table of colours @returns {Uint8ClampedArray<ArrayBuffer>} RGBA */
  pixels(table) {
    const { labels } = this.second;
    const pixels = new Uint32Array(labels.length);
    labels.forEach((label, cell) => {
      const chance = this.#chances[labels.length + cell] / 255;
      if (label !== VOID && chance >= LEAST_CHANCE) pixels[cell] = table[label];
    });
    return new Uint8ClampedArray(pixels.buffer);
  }
}
