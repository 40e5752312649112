/**
 * Where two masks of one picture differ, region by region; pure.
 *
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {{id: number, x: number, y: number, pixels: number, mine: number, theirs: number,
 *            runs: readonly import("../../editor/polygon.js").Run[]}} Difference
 *   what hangs together with one pair of classes; (x, y) lies in it
 */

const MOST = 200;

/**
 * @param {Mask} mine @param {Mask} theirs of the same size
 * @returns {Difference[]} largest first
 */
export function differences(mine, theirs) {
  const { width, height } = mine;
  const pairs = new Uint8Array(width * height);
  /** @type {Map<number, number>} */
  const numbers = new Map();
  for (let at = 0; at < pairs.length; at++) {
    if (mine.labels[at] === theirs.labels[at]) continue;
    const pair = mine.labels[at] * 256 + theirs.labels[at];
    if (!numbers.has(pair)) numbers.set(pair, Math.min(255, numbers.size + 1));
    pairs[at] = numbers.get(pair) ?? 255;
  }
  return regionsOf({ width, height, labels: pairs }, mine, theirs);
}

/** @param {Mask} pairs emptied on the way @param {Mask} mine @param {Mask} theirs */
function regionsOf(pairs, mine, theirs) {
  /** @type {Difference[]} */
  const found = [];
  for (let at = 0; at < pairs.labels.length; at++) {
    if (pairs.labels[at] === 0) continue;
    const runs = takeRegion(pairs, at);
    const middle = runs[Math.floor(runs.length / 2)];
    found.push({
      id: found.length,
      x: Math.floor((middle.left + middle.right) / 2),
      y: middle.row,
      pixels: runs.reduce((sum, { left, right }) => sum + right - left, 0),
      mine: mine.labels[at],
      theirs: theirs.labels[at],
      runs,
    });
  }
  return found.sort((a, b) => b.pixels - a.pixels).slice(0, MOST);
}

/** Empty the region that hangs together round a pixel. @param {Mask} pairs @param {number} from */
function takeRegion({ width, height, labels }, from) {
  const pair = labels[from];
  const runs = [];
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (labels[at] !== pair) continue;
    const row = Math.floor(at / width);
    const [start, end] = [row * width, row * width + width];
    let left = at;
    let right = at + 1;
    while (left > start && labels[left - 1] === pair) left--;
    while (right < end && labels[right] === pair) right++;
    labels.fill(0, left, right);
    runs.push({ row, left: left - start, right: right - start });
    for (let beside = left; beside < right; beside++) {
      if (row > 0 && labels[beside - width] === pair) waiting.push(beside - width);
      if (row + 1 < height && labels[beside + width] === pair) waiting.push(beside + width);
    }
  }
  return runs.sort((a, b) => a.row - b.row);
}

/** A map like `labels` but with `source`'s labels in the region. @param {Uint8Array} labels @param {Difference} region @param {Mask} source */
export function withRegion(labels, { runs }, { width, labels: from }) {
  const made = labels.slice();
  for (const { row, left, right } of runs) {
    const [start, end] = [row * width + left, row * width + right];
    made.set(from.subarray(start, end), start);
  }
  return made;
}
