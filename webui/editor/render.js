/**
 * Turns labels into colours: a look-up table and the pixels of a rectangle.
 *
 * The overlay is opaque (alpha 255, or 0 for a hidden class) and faded by CSS, since other alphas
 * do not come back from a canvas as they went in.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {{readonly id: number, readonly name: string, readonly colour: string}} LabelClass
 *
 * Whose labels are shown; "difference" shows mine where they differ from the model's.
 * @typedef {"mine" | "model" | "difference"} Shown
 */

import { VOID } from "./mask.js";
import { hatchesAt } from "./palette.js";

const VOID_COLOUR = "#000000";
const UNKNOWN_COLOUR = "#ff00ff";

/**
 * @param {readonly LabelClass[]} classes
 * @param {ReadonlySet<number>} [hidden] ids that are not shown
 * @returns {Uint32Array} 256 colours as ImageData keeps them
 */
export function lookupTable(classes, hidden = new Set()) {
  const table = new Uint32Array(256).fill(packColour(UNKNOWN_COLOUR));
  table[VOID] = packColour(VOID_COLOUR);
  for (const { id, colour } of classes) table[id] = packColour(colour);
  for (const id of hidden) table[id] = 0;
  return table;
}

/** @param {string} colour `#rrggbb` @returns {number} */
function packColour(colour) {
  const value = Number.parseInt(colour.slice(1), 16);
  const bytes = new Uint8Array([value >> 16, (value >> 8) & 255, value & 255, 255]);
  return new Uint32Array(bytes.buffer)[0];
}

/**
 * Write the colours of a rectangle's labels, from the start of `pixels` on.
 *
 * @param {Uint32Array} pixels
 * @param {number} across how long a row of `pixels` is
 * @param {Mask} mine
 * @param {Mask} model
 * @param {Shown} shown
 * @param {Uint32Array} table
 * @param {Rect} rect inside the picture
 */
export function colourRect(pixels, across, mine, model, shown, table, rect) {
  const labels = shown === "model" ? model.labels : mine.labels;
  const others = shown === "difference" ? model.labels : null;
  for (let row = rect.top; row < rect.bottom; row++) {
    const end = row * mine.width + rect.right;
    let to = (row - rect.top) * across;
    for (let at = row * mine.width + rect.left; at < end; at++, to++) {
      pixels[to] = others !== null && labels[at] === others[at] ? 0 : table[labels[at]];
    }
  }
}

/** Half of each colour, alpha kept: as ImageData keeps them on every machine that browsers run on. */
const HALF_COLOURS = 0x007f7f7f;
const ALPHA = 0xff000000;

/**
 * Darken the lines of each class's hatch in what `colourRect` has written.
 *
 * @param {Uint32Array} pixels @param {number} across @param {Mask} mask the labels shown
 * @param {Uint8Array} hatches the bit of each label's hatch @param {Rect} rect
 */
export function hatchRect(pixels, across, { width, labels }, hatches, rect) {
  for (let row = rect.top; row < rect.bottom; row++) {
    let to = (row - rect.top) * across;
    for (let column = rect.left; column < rect.right; column++, to++) {
      if ((hatchesAt(column, row) & hatches[labels[row * width + column]]) === 0) continue;
      pixels[to] = (((pixels[to] >>> 1) & HALF_COLOURS) | (pixels[to] & ALPHA)) >>> 0;
    }
  }
}

/** A picture whose uncertainty differs by less than a fifth is shown as even, not as full of spots. */
const LEAST_SPAN = 51;

/**
 * Colours of an uncertainty map: clear where the model is surest in this picture, yellow to red
 * where it is least sure; a young model, unsure everywhere, still shows where it is worst.
 *
 * @param {Uint8Array} values @returns {Uint8ClampedArray<ArrayBuffer>} RGBA
 */
export function heatPixels(values) {
  const table = heatTable(values);
  const pixels = new Uint32Array(values.length);
  for (let at = 0; at < values.length; at++) pixels[at] = table[values[at]];
  return new Uint8ClampedArray(pixels.buffer);
}

/** The colour of each of the 256 values a map may hold. @param {Uint8Array} values */
function heatTable(values) {
  const counts = new Uint32Array(256);
  for (const value of values) counts[value]++;
  const low = quantile(counts, Math.floor(values.length * 0.1));
  const span = Math.max(LEAST_SPAN, quantile(counts, Math.floor(values.length * 0.99)) - low);
  const colours = new Uint8ClampedArray(4 * counts.length);
  for (let value = 0; value < counts.length; value++) {
    const share = Math.min(1, Math.max(0, (value - low) / span));
    const alpha = 255 * Math.min(1, share * 1.2) ** 1.5;
    colours.set([255, 220 * (1 - share), 40, alpha], 4 * value);
  }
  return new Uint32Array(colours.buffer);
}

/** @param {Uint32Array} counts of each value @param {number} index in their order @returns {number} the value there */
function quantile(counts, index) {
  let below = 0;
  return counts.findIndex((count) => (below += count) > index);
}
