/**
 * Which pixels a round brush covers: exactly those whose centre it reaches.
 *
 * A brush of size d is a disc d pixels across. Its middle is snapped, so that the size is exact:
 * to the centre of a pixel when d is odd, to a corner between pixels when d is even. All
 * coordinates here are doubled, so that halves are whole numbers and every comparison is exact.
 *
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {{readonly x: number, readonly y: number}} Point
 */

/**
 * @param {number} position in image coordinates; pixel 0 covers [0, 1)
 * @param {number} size
 * @returns {number} the snapped middle, doubled: odd for a pixel's centre, even for a corner
 */
function snap(position, size) {
  return size % 2 === 1 ? 2 * Math.floor(position) + 1 : 2 * Math.round(position);
}

/**
 * @param {Point} from
 * @param {Point} to
 * @param {number} size
 * @returns {Rect} the bounds of the brush moved from one point to another
 */
export function strokeBounds(from, to, size) {
  const [ax, ay, bx, by] = [
    snap(from.x, size),
    snap(from.y, size),
    snap(to.x, size),
    snap(to.y, size),
  ];
  return {
    left: (Math.min(ax, bx) - size) / 2,
    top: (Math.min(ay, by) - size) / 2,
    right: (Math.max(ax, bx) + size) / 2,
    bottom: (Math.max(ay, by) + size) / 2,
  };
}

/**
 * Visit every row of the brush moved in a straight line from one point to another.
 *
 * Equal points give the disc itself. A brush of one pixel draws a line one pixel thin.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} size
 * @param {(row: number, left: number, right: number) => void} visit `right` is exclusive
 */
export function sweep(from, to, size, visit) {
  if (size === 1) {
    thinLine(from, to, visit);
    return;
  }
  const covers = coverage(from, to, size);
  const { left, top, right, bottom } = strokeBounds(from, to, size);
  for (let row = top; row < bottom; row++) {
    const [near, far] = covers.guess(row);
    let start = Math.min(Math.max(Math.ceil(near - 0.5), left), right - 1);
    let end = Math.min(Math.max(Math.floor(far - 0.5) + 1, left + 1), right);
    // Square roots round; the exact test settles the ends.
    while (start > left && covers.has(start - 1, row)) start--;
    while (start < end && !covers.has(start, row)) start++;
    while (end < right && covers.has(end, row)) end++;
    while (end > start && !covers.has(end - 1, row)) end--;
    if (start < end) visit(row, start, end);
  }
}

/**
 * @param {Point} from
 * @param {Point} to
 * @param {number} size
 */
function coverage(from, to, size) {
  const [ax, ay, bx, by] = [
    snap(from.x, size),
    snap(from.y, size),
    snap(to.x, size),
    snap(to.y, size),
  ];
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const radius2 = size * size;

  return {
    /** Whether the pixel's centre lies within the radius of the line. @param {number} column @param {number} row */
    has(column, row) {
      const [px, py] = [2 * column + 1 - ax, 2 * row + 1 - ay];
      const along = px * dx + py * dy;
      if (along <= 0) return px * px + py * py <= radius2;
      if (along >= length2) return (px - dx) ** 2 + (py - dy) ** 2 <= radius2;
      return (px * dy - py * dx) ** 2 <= radius2 * length2;
    },

    /** Where the row enters and leaves, in image coordinates. @param {number} row @returns {[number, number]} */
    guess(row) {
      const y = 2 * row + 1;
      let near = Infinity;
      let far = -Infinity;
      const reach = (/** @type {number} */ x) => {
        near = Math.min(near, x);
        far = Math.max(far, x);
      };
      for (const [cx, cy] of [
        [ax, ay],
        [bx, by],
      ]) {
        const half2 = radius2 - (y - cy) ** 2;
        if (half2 < 0) continue;
        reach(cx - Math.sqrt(half2));
        reach(cx + Math.sqrt(half2));
      }
      if (length2 > 0) {
        const [nx, ny] = [(-dy * size) / Math.sqrt(length2), (dx * size) / Math.sqrt(length2)];
        for (const side of [-1, 1]) crossing(ax + side * nx, ay + side * ny, dx, dy, y, reach);
      }
      return [near / 2, far / 2];
    },
  };
}

/**
 * Where a side of the swept brush crosses a row.
 *
 * @param {number} x @param {number} y @param {number} dx @param {number} dy @param {number} row
 * @param {(x: number) => void} reach
 */
function crossing(x, y, dx, dy, row, reach) {
  const share = (row - y) / dy;
  if (dy !== 0 && share >= 0 && share <= 1) reach(x + share * dx);
}

/**
 * Bresenham's line: one pixel in each step of the longer axis.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {(row: number, left: number, right: number) => void} visit
 */
function thinLine(from, to, visit) {
  let [x, y] = [Math.floor(from.x), Math.floor(from.y)];
  const [endX, endY] = [Math.floor(to.x), Math.floor(to.y)];
  const [dx, dy] = [Math.abs(endX - x), -Math.abs(endY - y)];
  const [stepX, stepY] = [Math.sign(endX - x), Math.sign(endY - y)];
  let error = dx + dy;
  for (;;) {
    visit(y, x, x + 1);
    if (x === endX && y === endY) return;
    const doubled = 2 * error;
    if (doubled >= dy) {
      error += dy;
      x += stepX;
    }
    if (doubled <= dx) {
      error += dx;
      y += stepY;
    }
  }
}

/**
 * The outline of what the brush would paint at a point, as an SVG path in image coordinates.
 *
 * Made from the very rows that are painted: the ring shown is the paint laid down.
 *
 * @param {Point} at
 * @param {number} size
 * @returns {string}
 */
export function outline(at, size) {
  /** @type {Array<[number, number, number]>} */
  const rows = [];
  sweep(at, at, size, (row, left, right) => rows.push([row, left, right]));
  const [firstRow, firstLeft] = rows[0];
  const path = [`M${firstLeft} ${firstRow}`];
  for (const [row, , right] of rows) path.push(`H${right}V${row + 1}`);
  for (const [row, left] of rows.toReversed()) path.push(`H${left}V${row}`);
  return `${path.join("")}Z`;
}
