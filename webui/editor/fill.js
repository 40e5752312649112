/**
 * Which pixels hang together with a given one: the region of one label, four-connected.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 */

import { holds } from "./mask.js";

/**
 * Visit the connected region of the label at (x, y), run by run, each pixel once.
 *
 * The mask is not changed; the caller may change it after the visit, not during it.
 *
 * @param {Mask} mask
 * @param {number} x
 * @param {number} y
 * @returns {{bounds: Rect, runs: Array<{row: number, left: number, right: number}>} | null}
 */
export function findRegion(mask, x, y) {
  if (!holds(mask, x, y)) return null;
  const { width, height, labels } = mask;
  const label = labels[y * width + x];
  const seen = new Uint8Array(labels.length);
  const runs = [];
  const bounds = { left: x, top: y, right: x + 1, bottom: y + 1 };
  const waiting = [y * width + x];

  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen[at]) continue;
    const row = Math.floor(at / width);
    const [start, end] = [row * width, row * width + width];
    let left = at;
    let right = at + 1;
    while (left > start && labels[left - 1] === label && !seen[left - 1]) left--;
    while (right < end && labels[right] === label && !seen[right]) right++;
    seen.fill(1, left, right);
    runs.push({ row, left: left - start, right: right - start });
    bounds.left = Math.min(bounds.left, left - start);
    bounds.right = Math.max(bounds.right, right - start);
    bounds.top = Math.min(bounds.top, row);
    bounds.bottom = Math.max(bounds.bottom, row + 1);
    if (row > 0) queueRuns(labels, seen, label, left - width, right - width, waiting);
    if (row + 1 < height) queueRuns(labels, seen, label, left + width, right + width, waiting);
  }
  return { bounds, runs };
}

/**
 * Add one pixel of each run of `label` between two offsets of a neighbouring row.
 *
 * @param {Uint8Array} labels @param {Uint8Array} seen @param {number} label
 * @param {number} from @param {number} to @param {number[]} waiting
 */
function queueRuns(labels, seen, label, from, to, waiting) {
  let inside = false;
  for (let at = from; at < to; at++) {
    const open = labels[at] === label && !seen[at];
    if (open && !inside) waiting.push(at);
    inside = open;
  }
}
