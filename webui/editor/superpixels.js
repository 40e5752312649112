/**
 * Superpixels: patches of one colour, found by the service, that a brush paints whole.
 *
 * Pure. On the wire `application/vnd.maskloop.superpixels`: zlib-deflated, u32 little-endian width
 * and height, then runs of an id and a length (both LEB128), row by row. The map may have fewer
 * cells than its picture has pixels: a pixel is of the cell that holds its centre.
 *
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {import("./brush.js").Point} Point
 * @typedef {import("./polygon.js").Run} Run
 * @typedef {{readonly width: number, readonly height: number}} Size
 * @typedef {{readonly width: number, readonly height: number, readonly ids: Uint32Array}} Cells
 */

import { sweep } from "./brush.js";
import { inflate, readHeader, readNumber } from "./codec.js";
import { holds, uniteRects } from "./mask.js";

export const SUPERPIXELS_TYPE = "application/vnd.maskloop.superpixels";

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Cells>} */
export async function decodeSuperpixels(bytes) {
  return decodeCells(await inflate(bytes));
}

/** @param {Uint8Array} bytes @returns {Cells} */
export function decodeCells(bytes) {
  const { width, height } = readHeader(bytes);
  const ids = new Uint32Array(width * height);
  let filled = 0;
  for (let from = 8; from < bytes.length;) {
    const id = readNumber(bytes, from);
    const run = readNumber(bytes, id.next);
    from = run.next;
    const end = filled + run.number;
    if (end > ids.length || id.number >= ids.length)
      throw new Error(`A run or an id is beyond ${width} x ${height} cells.`);
    ids.fill(id.number, filled, end);
    filled = end;
  }
  if (filled !== ids.length) throw new Error(`The runs end at cell ${filled} of ${ids.length}.`);
  return { width, height, ids };
}

export class Superpixels {
  #cells;
  #picture;
  /** Row, left and right of each run of cells, those of one superpixel together. @type {Uint32Array} */ #runs;
  /** Where each superpixel's runs begin. @type {Uint32Array} */ #starts;
  /** The outline asked for last: a pointer seldom leaves its superpixel. */
  #outline = { id: -1, path: "" };

  /** @param {Cells} cells @param {Size} picture */
  constructor(cells, picture) {
    this.#cells = cells;
    this.#picture = { width: picture.width, height: picture.height };
    this.#starts = countRuns(cells);
    this.#runs = sortRuns(cells, this.#starts);
  }

  /** The superpixel of a pixel, by any point in it. @param {Point} point @returns {number | null} */
  idAt({ x, y }) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (!holds(this.#picture, column, row)) return null;
    const { width, height, ids } = this.#cells;
    const cell = cellOf(row, height, this.#picture.height) * width;
    return ids[cell + cellOf(column, width, this.#picture.width)];
  }

  /** The superpixels that a straight line passes, without its gaps outside the picture. @param {Point} from @param {Point} to @returns {Set<number>} */
  along(from, to) {
    /** @type {Set<number>} */
    const ids = new Set();
    sweep(from, to, 1, (row, left) => {
      const id = this.idAt({ x: left, y: row });
      if (id !== null) ids.add(id);
    });
    return ids;
  }

  /** @param {number} id @returns {{bounds: Rect, runs: Run[]} | null} its pixels; null where it has none */
  regionOf(id) {
    /** @type {Run[]} */
    const runs = [];
    /** @type {Rect | null} */
    let bounds = null;
    for (const box of this.#boxesOf(id)) {
      const { left, right } = box;
      for (let row = box.top; row < box.bottom; row++) runs.push({ row, left, right });
      bounds = uniteRects(bounds, box);
    }
    return bounds && { bounds, runs };
  }

  /** Each run of cells as the box of pixels that it covers. @param {number} id @returns {Rect[]} */
  #boxesOf(id) {
    const [{ width, height }, picture] = [this.#cells, this.#picture];
    const boxes = [];
    for (let at = this.#starts[id]; at < this.#starts[id + 1]; at++) {
      const [row, left, right] = this.#runs.subarray(3 * at, 3 * at + 3);
      boxes.push({
        top: edgeOf(row, height, picture.height),
        bottom: edgeOf(row + 1, height, picture.height),
        left: edgeOf(left, width, picture.width),
        right: edgeOf(right, width, picture.width),
      });
    }
    return boxes;
  }

  /** What lies about a superpixel, as an SVG path in image coordinates. @param {number} id @returns {string} */
  outlineOf(id) {
    if (this.#outline.id !== id) this.#outline = { id, path: outlineOf(this.#boxesOf(id)) };
    return this.#outline.path;
  }
}

/** The cell whose share of the picture holds a pixel's centre. @param {number} pixel @param {number} cells @param {number} pixels */
const cellOf = (pixel, cells, pixels) => Math.floor(((2 * pixel + 1) * cells) / (2 * pixels));

/** The first pixel of a cell, or of those after it. @param {number} cell @param {number} cells @param {number} pixels */
const edgeOf = (cell, cells, pixels) => Math.ceil((2 * cell * pixels - cells) / (2 * cells));

/** @param {Cells} cells @param {(id: number, row: number, left: number, right: number) => void} visit each run of a row */
function visitRuns({ width, height, ids }, visit) {
  for (let row = 0; row < height; row++) {
    for (let left = 0; left < width;) {
      const id = ids[row * width + left];
      let right = left + 1;
      while (right < width && ids[row * width + right] === id) right++;
      visit(id, row, left, right);
      left = right;
    }
  }
}

/** @param {Cells} cells @returns {Uint32Array} where each id's runs begin, and at the end how many there are */
function countRuns(cells) {
  let most = 0;
  visitRuns(cells, (id) => (most = Math.max(most, id)));
  const starts = new Uint32Array(most + 2);
  visitRuns(cells, (id) => starts[id + 1]++);
  for (let id = 0; id <= most; id++) starts[id + 1] += starts[id];
  return starts;
}

/** @param {Cells} cells @param {Uint32Array} starts @returns {Uint32Array} */
function sortRuns(cells, starts) {
  const next = starts.slice();
  const runs = new Uint32Array(3 * starts[starts.length - 1]);
  visitRuns(cells, (id, row, left, right) => runs.set([row, left, right], 3 * next[id]++));
  return runs;
}

/** @param {readonly Rect[]} boxes in rows from top to bottom, in each from left to right @returns {string} */
function outlineOf(boxes) {
  const above = grouped(boxes, ({ bottom }) => bottom);
  const below = grouped(boxes, ({ top }) => top);
  return boxes
    .map(({ left, top, right, bottom }) => {
      const sides = `M${left} ${top}V${bottom}M${right} ${top}V${bottom}`;
      return `${sides}${bare(left, right, top, above.get(top))}${bare(left, right, bottom, below.get(bottom))}`;
    })
    .join("");
}

/** @param {readonly Rect[]} boxes @param {(box: Rect) => number} keyOf @returns {Map<number, Rect[]>} */
function grouped(boxes, keyOf) {
  /** @type {Map<number, Rect[]>} */
  const groups = new Map();
  for (const box of boxes) {
    const group = groups.get(keyOf(box));
    if (group) group.push(box);
    else groups.set(keyOf(box), [box]);
  }
  return groups;
}

/** The stretches of an edge that touch none of the boxes beyond it. @param {number} left @param {number} right @param {number} y @param {readonly Rect[]} [beyond] */
function bare(left, right, y, beyond = []) {
  let path = "";
  let from = left;
  for (const other of beyond) {
    if (other.right <= from || other.left >= right) continue;
    if (other.left > from) path += `M${from} ${y}H${other.left}`;
    from = Math.max(from, other.right);
  }
  return from < right ? `${path}M${from} ${y}H${right}` : path;
}
