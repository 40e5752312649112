/**
 * The squares that a mask is remembered, counted and kept by.
 *
 * Pure. A tile is known by its index, row by row from the top left; those at the right and lower
 * edge may be smaller.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 */

import { clipRect } from "./mask.js";

/** 4 KiB: a brush of usual size touches a handful. */
export const TILE = 64;

/** A mask's width in tiles. @param {{readonly width: number}} mask */
const across = ({ width }) => Math.ceil(width / TILE);

/** @param {{readonly width: number, readonly height: number}} mask @returns {number} */
export function countTiles(mask) {
  return across(mask) * Math.ceil(mask.height / TILE);
}

/** @param {{readonly width: number, readonly height: number}} mask @param {number} index @returns {Rect} */
export function tileRect(mask, index) {
  const [left, top] = [(index % across(mask)) * TILE, Math.floor(index / across(mask)) * TILE];
  return {
    left,
    top,
    right: Math.min(left + TILE, mask.width),
    bottom: Math.min(top + TILE, mask.height),
  };
}

/**
 * @param {{readonly width: number, readonly height: number}} mask
 * @param {Rect} rect
 * @returns {number[]} the tiles that a rectangle touches
 */
export function tilesIn(mask, rect) {
  const inside = clipRect(rect, mask);
  /** @type {number[]} */
  const indices = [];
  if (!inside) return indices;
  for (let row = Math.floor(inside.top / TILE); row * TILE < inside.bottom; row++) {
    for (let column = Math.floor(inside.left / TILE); column * TILE < inside.right; column++) {
      indices.push(row * across(mask) + column);
    }
  }
  return indices;
}

/** @param {Mask} mask @param {number} index @returns {Uint8Array} a copy of its labels, row by row */
export function readTile(mask, index) {
  const { left, top, right, bottom } = tileRect(mask, index);
  const width = right - left;
  const tile = new Uint8Array(width * (bottom - top));
  for (let row = top; row < bottom; row++) {
    const from = row * mask.width + left;
    tile.set(mask.labels.subarray(from, from + width), (row - top) * width);
  }
  return tile;
}

/** @param {Mask} mask @param {number} index @param {Uint8Array} tile @returns {Rect} what was written */
export function writeTile(mask, index, tile) {
  const rect = tileRect(mask, index);
  const width = rect.right - rect.left;
  for (let row = rect.top; row < rect.bottom; row++) {
    const at = (row - rect.top) * width;
    mask.labels.set(tile.subarray(at, at + width), row * mask.width + rect.left);
  }
  return rect;
}

/** @param {Mask} a @param {Mask} b of the same size @param {number} index @returns {number} how many of its pixels differ */
export function countDifferentInTile(a, b, index) {
  const { left, top, right, bottom } = tileRect(a, index);
  let different = 0;
  for (let row = top; row < bottom; row++) {
    const end = row * a.width + right;
    for (let at = row * a.width + left; at < end; at++)
      if (a.labels[at] !== b.labels[at]) different++;
  }
  return different;
}
