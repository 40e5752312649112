/**
 * What looks like the place clicked: alike in colour, and of one class to the model.
 *
 * The model's class is a fence: a grey road does not run over into a grey wall that the model
 * already tells from it.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./polygon.js").Run} Run
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {{readonly width: number, readonly height: number,
 *            readonly data: Uint8ClampedArray}} Pixels of RGBA
 */

import { findRegion } from "./fill.js";
import { holds } from "./mask.js";

/**
 * The connected pixels about (x, y) of the model's class there, none of whose channels is further
 * than `tolerance` from the colour there.
 *
 * @param {Pixels} picture
 * @param {Mask} model of the picture's size
 * @param {number} x @param {number} y
 * @param {number} tolerance 0 to 255
 * @returns {{bounds: Rect, runs: Run[]} | null}
 */
export function findSimilar(picture, model, x, y, tolerance) {
  if (!holds(model, x, y)) return null;
  const { width, height, labels } = model;
  const label = labels[y * width + x];
  const colour = colourAbout(picture, model, x, y);
  const alike = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === label && isAlike(picture.data, at, colour, tolerance)) alike[at] = 1;
  }
  // A speck in the middle of what is about it: the click meant its surroundings.
  alike[y * width + x] = 1;
  return findRegion({ width, height, labels: alike }, x, y);
}

/** @param {Uint8ClampedArray} data @param {number} at @param {readonly number[]} colour @param {number} tolerance */
function isAlike(data, at, colour, tolerance) {
  return (
    Math.abs(data[4 * at] - colour[0]) <= tolerance &&
    Math.abs(data[4 * at + 1] - colour[1]) <= tolerance &&
    Math.abs(data[4 * at + 2] - colour[2]) <= tolerance
  );
}

/**
 * The mean colour of the 3 x 3 pixels about a place that are of its class: one noisy pixel does
 * not decide.
 *
 * @param {Pixels} picture @param {Mask} model @param {number} x @param {number} y
 * @returns {number[]}
 */
function colourAbout({ data }, model, x, y) {
  const { width, labels } = model;
  const sums = [0, 0, 0];
  let count = 0;
  for (let row = y - 1; row <= y + 1; row++) {
    for (let column = x - 1; column <= x + 1; column++) {
      const at = row * width + column;
      if (!holds(model, column, row) || labels[at] !== labels[y * width + x]) continue;
      for (const channel of [0, 1, 2]) sums[channel] += data[4 * at + channel];
      count++;
    }
  }
  return sums.map((sum) => sum / count);
}
