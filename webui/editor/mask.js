/**
 * The label mask: one byte per pixel, row by row, holding a class id, and rectangles of it.
 *
 * Pure: no DOM, no canvas, no server.
 *
 * @typedef {{readonly width: number, readonly height: number, readonly labels: Uint8Array}} Mask
 *
 * Pixel bounds; `right` and `bottom` are exclusive.
 * @typedef {{readonly left: number, readonly top: number,
 *            readonly right: number, readonly bottom: number}} Rect
 *
 */

/** The label of a pixel that nobody has to judge. */
export const VOID = 255;

/**
 * @param {number} width
 * @param {number} height
 * @param {number} [label]
 * @returns {Mask}
 */
export function createMask(width, height, label = VOID) {
  return { width, height, labels: new Uint8Array(width * height).fill(label) };
}

/** @param {Mask} mask @returns {Mask} */
export function cloneMask({ width, height, labels }) {
  return { width, height, labels: labels.slice() };
}

/** @param {Mask} mask @returns {Rect} */
export function wholeOf({ width, height }) {
  return { left: 0, top: 0, right: width, bottom: height };
}

/**
 * @param {Rect} rect
 * @param {{readonly width: number, readonly height: number}} size
 * @returns {Rect | null} the part of `rect` inside the picture, or null if there is none
 */
export function clipRect(rect, { width, height }) {
  return intersectRects(rect, { left: 0, top: 0, right: width, bottom: height });
}

/** @param {Rect} a @param {Rect} b @returns {Rect | null} what both hold, or null if there is nothing */
export function intersectRects(a, b) {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  const right = Math.min(a.right, b.right);
  const bottom = Math.min(a.bottom, b.bottom);
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}

/**
 * @param {Rect | null} a
 * @param {Rect | null} b
 * @returns {Rect | null} the smallest rectangle that holds both
 */
export function uniteRects(a, b) {
  if (!a || !b) return a ?? b;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** @param {{readonly width: number, readonly height: number}} size @param {number} x @param {number} y @returns {boolean} */
export function holds({ width, height }, x, y) {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** @param {Rect} rect @param {{x: number, y: number}} point @returns {boolean} */
export function isIn({ left, top, right, bottom }, { x, y }) {
  return x >= left && x < right && y >= top && y < bottom;
}

/** @param {Rect} rect */
export function middleOf({ left, top, right, bottom }) {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}
