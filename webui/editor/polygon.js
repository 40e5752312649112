/**
 * Which pixels an outline encloses: exactly those whose centre lies inside it.
 *
 * What the outline winds around is inside, also where it crosses itself. A centre on the line
 * belongs to the side right of it or below, so that neighbours along one line neither overlap nor
 * leave a gap. Corners are taken to 1/256 px: every comparison is then one of whole numbers.
 *
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {import("./brush.js").Point} Point
 * @typedef {{row: number, left: number, right: number}} Run
 * @typedef {{column: number, turn: 1 | -1}} Crossing
 */

import { uniteRects } from "./mask.js";

const GRAIN = 256;
const HALF = GRAIN / 2;

/**
 * @param {readonly Point[]} corners in image coordinates, in order; the last joins the first
 * @param {{readonly width: number, readonly height: number}} size of the picture
 * @returns {{bounds: Rect, runs: Run[]} | null} null where no pixel of the picture is inside
 */
export function insideOf(corners, { width, height }) {
  /** @type {Map<number, Crossing[]>} */
  const rows = new Map();
  const places = corners.map(({ x, y }) => ({
    x: Math.round(x * GRAIN),
    y: Math.round(y * GRAIN),
  }));
  places.forEach((from, index) => {
    crossRows(from, places[(index + 1) % places.length], height, (row, crossing) => {
      const crossings = rows.get(row);
      if (crossings) crossings.push(crossing);
      else rows.set(row, [crossing]);
    });
  });

  /** @type {Run[]} */
  const runs = [];
  /** @type {Rect | null} */
  let bounds = null;
  for (const [row, crossings] of rows) {
    windAlong(crossings, width, (left, right) => {
      runs.push({ row, left, right });
      bounds = uniteRects(bounds, { left, top: row, right, bottom: row + 1 });
    });
  }
  return bounds && { bounds, runs };
}

/**
 * Visit the rows whose centres an edge passes, its upper end included and its lower end not.
 *
 * @param {Point} from @param {Point} to in grains
 * @param {number} height
 * @param {(row: number, crossing: Crossing) => void} visit with the first column at or past the edge
 */
function crossRows(from, to, height, visit) {
  const [upper, lower] = from.y < to.y ? [from, to] : [to, from];
  const [across, down] = [lower.x - upper.x, lower.y - upper.y];
  const first = Math.max(0, Math.ceil((upper.y - HALF) / GRAIN));
  const end = Math.min(height, Math.ceil((lower.y - HALF) / GRAIN));
  for (let row = first; row < end; row++) {
    const passed = row * GRAIN + HALF - upper.y;
    const column = Math.ceil(((upper.x - HALF) * down + passed * across) / (GRAIN * down));
    visit(row, { column, turn: upper === from ? 1 : -1 });
  }
}

/**
 * Visit the stretches of a row that the outline winds around.
 *
 * @param {Crossing[]} crossings
 * @param {number} width
 * @param {(left: number, right: number) => void} visit `right` is exclusive
 */
function windAlong(crossings, width, visit) {
  crossings.sort((a, b) => a.column - b.column);
  let winding = 0;
  let start = 0;
  for (const { column, turn } of crossings) {
    if (winding === 0) start = column;
    winding += turn;
    const [left, right] = [Math.max(0, start), Math.min(width, column)];
    if (winding === 0 && left < right) visit(left, right);
  }
}
