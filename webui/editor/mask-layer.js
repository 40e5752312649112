/**
 * A mask on the screen: a grid of small canvases, of which only the changed and visible are drawn.
 *
 * One canvas as large as the picture is copied whole for every dab, 64 MB on 4096 x 4096. Each tile
 * is as many pixels as the picture has there, and one more to the right and below: enlarged by
 * broken numbers, neighbours then overlap instead of letting the picture through between them. All
 * is opaque and faded together, so that the overlap is not seen.
 *
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {{canvas: HTMLCanvasElement, rect: Rect, dirty: Rect | null}} Tile
 */

import { context } from "./context.js";
import { clipRect, intersectRects, uniteRects } from "./mask.js";

const TILE = 512;
const OVERLAP = 1;

export class MaskLayer {
  /** @type {Tile[]} */ #tiles = [];
  #scratch = new ImageData(TILE + OVERLAP, TILE + OVERLAP);

  /** @param {{readonly width: number, readonly height: number}} size of the picture */
  constructor(size) {
    this.element = document.createElement("div");
    this.element.className = "layer mask-tiles";
    for (let top = 0; top < size.height; top += TILE) {
      for (let left = 0; left < size.width; left += TILE) {
        const full = { left, top, right: left + TILE + OVERLAP, bottom: top + TILE + OVERLAP };
        this.#addTile(/** @type {Rect} */ (clipRect(full, size)));
      }
    }
  }

  /** @param {Rect} rect */
  #addTile(rect) {
    const canvas = document.createElement("canvas");
    canvas.className = "layer layer-mask";
    canvas.width = rect.right - rect.left;
    canvas.height = rect.bottom - rect.top;
    canvas.style.left = `${rect.left}px`;
    canvas.style.top = `${rect.top}px`;
    this.element.append(canvas);
    this.#tiles.push({ canvas, rect, dirty: null });
  }

  get canvases() {
    return this.#tiles.map(({ canvas }) => canvas);
  }

  /** @param {Rect} rect what is no longer as drawn */
  spoil(rect) {
    for (const tile of this.#tiles) {
      const inside = intersectRects(rect, tile.rect);
      if (inside) tile.dirty = uniteRects(tile.dirty, inside);
    }
  }

  /**
   * Draw what is spoilt of the tiles that `seen` touches; the others wait until they are seen.
   *
   * @param {Rect} seen in image coordinates
   * @param {(pixels: Uint32Array, across: number, rect: Rect) => void} colour writes a rectangle's
   *   colours from the start of `pixels`, whose rows are `across` long
   * @param {number} [most] tiles drawn
   * @returns {boolean} whether any was
   */
  draw(seen, colour, most = Infinity) {
    const pixels = new Uint32Array(this.#scratch.data.buffer);
    let drawn = 0;
    for (const tile of this.#tiles) {
      const { canvas, rect, dirty } = tile;
      if (drawn === most) break;
      if (!dirty || !intersectRects(rect, seen)) continue;
      drawn++;
      tile.dirty = null;
      colour(pixels, this.#scratch.width, dirty);
      const [x, y] = [dirty.left - rect.left, dirty.top - rect.top];
      const [width, height] = [dirty.right - dirty.left, dirty.bottom - dirty.top];
      context(canvas).putImageData(this.#scratch, x, y, 0, 0, width, height);
    }
    return drawn > 0;
  }

  /** @param {Rect} seen @returns {boolean} whether something seen is not drawn yet */
  isSpoilt(seen) {
    return this.#tiles.some(({ rect, dirty }) => dirty !== null && intersectRects(rect, seen));
  }
}
