/**
 * Where in a picture the model is least sure: spots to fly to, the largest expected gain first.
 *
 * @typedef {{width: number, height: number, values: Uint8Array}} ScoreMap one byte for each cell, 255 the least sure
 * @typedef {{x: number, y: number, score: number, box?: import("./mask.js").Rect}} Spot
 *   in image coordinates; the score is 0 to 1; the box is what it stands for, if there is one
 */

/** A window whose mean is below 10 % of the greatest possible uncertainty is not worth a flight. */
const LEAST_SCORE = 0.1;

/**
 * @param {ScoreMap} map
 * @param {number} stride image pixels for each cell
 * @param {number} most
 * @returns {Spot[]}
 */
export function findSpots(map, stride, most) {
  const window = Math.max(1, Math.round(Math.min(map.width, map.height) / 8));
  const means = windowMeans(map, window);
  /** @type {Spot[]} */
  const spots = [];
  while (spots.length < most) {
    let best = 0;
    for (let at = 1; at < means.length; at++) if (means[at] > means[best]) best = at;
    const score = means[best] / 255;
    if (!(score >= LEAST_SCORE)) break;
    const [column, row] = [best % map.width, Math.floor(best / map.width)];
    spots.push({ x: (column + 0.5) * stride, y: (row + 0.5) * stride, score });
    clearAround(means, map, column, row, window);
  }
  return spots;
}

/**
 * The next spot not yet looked at; when all are, simply the next one.
 *
 * @param {ReadonlyArray<{readonly visited: boolean}>} spots
 * @param {number | null} last the one flown to last
 * @returns {number}
 */
export function nextSpot(spots, last) {
  const from = last === null ? 0 : last + 1;
  for (let step = 0; step < spots.length; step++) {
    const index = (from + step) % spots.length;
    if (!spots[index].visited) return index;
  }
  return spots.length === 0 ? 0 : from % spots.length;
}

/** @param {readonly unknown[]} spots @param {number | null} last @returns {number} the spot before it */
export function previousSpot(spots, last) {
  return last === null ? 0 : (last - 1 + spots.length) % spots.length;
}

/**
 * The mean of the square around each cell, by an integral image: four reads whatever the size.
 *
 * @param {ScoreMap} map @param {number} window @returns {Float64Array}
 */
function windowMeans({ width, height, values }, window) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let row = 0; row < height; row++) {
    for (let column = 0, along = 0; column < width; column++) {
      along += values[row * width + column];
      sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1] + along;
    }
  }
  const means = new Float64Array(width * height);
  const reach = Math.floor(window / 2);
  for (let row = 0; row < height; row++) {
    const top = Math.max(0, row - reach);
    const bottom = Math.min(height, row + reach + 1);
    for (let column = 0; column < width; column++) {
      const left = Math.max(0, column - reach);
      const right = Math.min(width, column + reach + 1);
      const sum =
        sums[bottom * (width + 1) + right] -
        sums[top * (width + 1) + right] -
        sums[bottom * (width + 1) + left] +
        sums[top * (width + 1) + left];
      means[row * width + column] = sum / ((bottom - top) * (right - left));
    }
  }
  return means;
}

/** @param {Float64Array} means @param {ScoreMap} map @param {number} column @param {number} row @param {number} reach */
function clearAround(means, { width, height }, column, row, reach) {
  for (let y = Math.max(0, row - reach); y <= Math.min(height - 1, row + reach); y++) {
    means.fill(
      0,
      y * width + Math.max(0, column - reach),
      y * width + Math.min(width, column + reach + 1),
    );
  }
}
