/**
 * What is written down of a correction while it goes on, and how it is read back.
 *
 * Pure: a log is a list of entries, a snapshot first and then the tiles touched since, each entry
 * whole in itself. Where the tiles outgrow the mask, the next entry is a snapshot again, and what
 * stands before it is worth nothing.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {{kind: "snapshot", runs: Uint8Array<ArrayBuffer>}} Snapshot
 * @typedef {{kind: "tiles", indices: Uint32Array, labels: Uint8Array}} Tiles
 * @typedef {Snapshot | Tiles} Entry
 */

import { decodeRuns, encodeRuns } from "./codec.js";
import { readTile, TILE, tileRect, writeTile } from "./tiles.js";

/** Reading back stays short, also after two minutes of one small stroke on a small picture. */
const MOST_ENTRIES = 256;

export class StrokeRecorder {
  #entries = 0;
  #pixels = 0;
  #needsSnapshot = true;
  #hasFailed = false;

  /** @param {import("./correction.js").Correction} correction */
  constructor(correction) {
    this.correction = correction;
  }

  /** @returns {Entry | null} what to write down now; null where nothing was touched since */
  next() {
    const { mask } = this.correction;
    const touched = this.correction.takeTouched();
    if (touched.length === 0 && !this.#hasFailed) return null;
    this.#entries++;
    this.#pixels += touched.length * TILE * TILE;
    const isLong = this.#entries > MOST_ENTRIES || this.#pixels > mask.labels.length;
    if (!this.#needsSnapshot && !isLong) return tilesOf(mask, touched);
    this.#needsSnapshot = false;
    this.#hasFailed = false;
    this.#entries = 0;
    this.#pixels = 0;
    return { kind: "snapshot", runs: encodeRuns(mask) };
  }

  /** An entry was not written: those after it would stand on nothing. */
  startAnew() {
    this.#needsSnapshot = true;
    this.#hasFailed = true;
  }
}

/** @param {Mask} mask @param {readonly number[]} indices @returns {Tiles} */
function tilesOf(mask, indices) {
  const tiles = indices.map((index) => readTile(mask, index));
  const labels = new Uint8Array(tiles.reduce((sum, tile) => sum + tile.length, 0));
  let to = 0;
  for (const tile of tiles) {
    labels.set(tile, to);
    to += tile.length;
  }
  return { kind: "tiles", indices: Uint32Array.from(indices), labels };
}

/**
 * @param {readonly Entry[]} entries
 * @returns {Mask | null} the mask as it stood at the last entry; null where no snapshot begins it
 */
export function replay(entries) {
  const start = entries.findLastIndex(({ kind }) => kind === "snapshot");
  if (start < 0) return null;
  const mask = decodeRuns(/** @type {Snapshot} */ (entries[start]).runs);
  for (const entry of entries.slice(start + 1)) writeTiles(mask, /** @type {Tiles} */ (entry));
  return mask;
}

/** @param {Mask} mask @param {Tiles} tiles */
function writeTiles(mask, { indices, labels }) {
  let from = 0;
  for (const index of indices) {
    const { left, top, right, bottom } = tileRect(mask, index);
    const length = (right - left) * (bottom - top);
    writeTile(mask, index, labels.subarray(from, from + length));
    from += length;
  }
}
