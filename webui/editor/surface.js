/**
 * The picture and its layers on the screen: stacked canvases, moved and enlarged by CSS alone.
 *
 * Canvases are sized by the picture, whatever the screen; only their look is scaled.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {import("./viewport.js").View} View
 * @typedef {import("./viewport.js").Size} Size
 * @typedef {import("./brush.js").Point} Point
 */

import { context } from "./context.js";
import { MaskLayer } from "./mask-layer.js";
import { wholeOf } from "./mask.js";
import { colourRect, hatchRect, heatPixels } from "./render.js";
import { ToneFilter } from "./tone.js";
import { seenRect } from "./viewport.js";

const SVG = "http://www.w3.org/2000/svg";
/** Pixels of the picture drawn at a time, where there is no hurry. */
const STRIP = 2 ** 19;

export class Surface {
  /** @type {import("./render.js").Shown} */ shown = "mine";
  #frame = 0;
  #isShown = false;
  /** How many rows of the picture are drawn. */
  #drawnRows = 0;
  /** @type {Rect} */ #seen;
  /** @type {Uint32Array} */ #table = new Uint32Array(256);
  /** @type {Uint8Array | null} */ #hatches = null;
  #mine;
  #model;

  /**
   * @param {HTMLElement} stage emptied and filled with the layers by `appear`
   * @param {ImageBitmap} picture
   * @param {Mask} mine
   * @param {Mask} model
   */
  constructor(stage, picture, mine, model) {
    this.stage = stage;
    this.bitmap = picture;
    this.#mine = mine;
    this.#model = model;
    this.world = document.createElement("div");
    this.world.className = "world";
    this.picture = addCanvas(this.world, "picture", mine);
    this.tone = new ToneFilter(this.picture);
    this.world.append(this.tone.element);
    this.mask = new MaskLayer(mine);
    this.world.append(this.mask.element);
    this.heat = addCanvas(this.world, "heat", { width: 1, height: 1 });
    this.heat.hidden = true;
    // Beside the mask's tiles: it covers them and is faded with them.
    this.second = addCanvas(this.mask.element, "second", { width: 1, height: 1 });
    this.second.hidden = true;
    this.boxes = addOverlay("boxes", ["boxes-outside", "ring-dark", "ring-light"]);
    this.ring = addOverlay("ring", ["ring-dark", "ring-light"]);
    this.outline = addOverlay("outline", ["ring-dark", "ring-light", "outline-corners"]);
    this.#seen = wholeOf(mine);
  }

  /** Put the layers on the stage, in the place of what is there. */
  appear() {
    while (this.#drawStrip());
    const overlays = [this.boxes, this.outline, this.ring].map(({ element }) => element);
    this.stage.replaceChildren(this.world, ...overlays);
    this.#isShown = true;
    if (this.mask.isSpoilt(this.#seen)) this.#askForFrame();
  }

  /**
   * Draw a little of what is not drawn yet, so that nothing is left to do when it appears.
   *
   * @returns {boolean} whether there is more
   */
  drawAhead() {
    if (this.#isShown) return false;
    return this.#drawStrip() || this.#drawMask(wholeOf(this.#mine), 1);
  }

  /** @returns {boolean} whether there was one to draw */
  #drawStrip() {
    const { width, height } = this.picture;
    const top = this.#drawnRows;
    const rows = Math.min(Math.ceil(STRIP / width), height - top);
    if (rows <= 0) return false;
    context(this.picture).drawImage(this.bitmap, 0, top, width, rows, 0, top, width, rows);
    this.#drawnRows += rows;
    return true;
  }

  /** @param {Uint32Array} table @param {Uint8Array | null} hatches the bit of each label's hatch */
  recolour(table, hatches) {
    this.#table = table;
    this.#hatches = hatches;
    this.repaint(wholeOf(this.#mine));
  }

  /** Paint a rectangle's labels with the next frame. @param {Rect | null} rect */
  repaint(rect) {
    if (!rect) return;
    this.mask.spoil(rect);
    this.#askForFrame();
  }

  /** The labels shown. */
  get #labels() {
    return this.shown === "model" ? this.#model : this.#mine;
  }

  #askForFrame() {
    if (!this.#isShown) return;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawMask(this.#seen);
    });
  }

  /** @param {Rect} seen @param {number} [most] tiles drawn @returns {boolean} whether there was one to draw */
  #drawMask(seen, most) {
    return this.mask.draw(
      seen,
      (pixels, across, rect) => {
        colourRect(pixels, across, this.#mine, this.#model, this.shown, this.#table, rect);
        if (this.#hatches) hatchRect(pixels, across, this.#labels, this.#hatches, rect);
      },
      most,
    );
  }

  /**
   * Show an uncertainty map, each of its cells `stride` image pixels wide.
   *
   * @param {import("./spots.js").ScoreMap} map @param {number} stride
   */
  setHeat(map, stride) {
    sizeCells(this.heat, map, stride);
    drawCells(this.heat, heatPixels(map.values));
  }

  /** @param {Size} size of the second-best classes' map, in cells @param {number} stride */
  sizeSecond(size, stride) {
    sizeCells(this.second, size, stride);
  }

  /** @param {Uint8ClampedArray<ArrayBuffer>} pixels */
  drawSecond(pixels) {
    drawCells(this.second, pixels);
  }

  /** @returns {ImageData} the picture's colours as they are stored */
  readPicture() {
    const { width, height } = this.picture;
    return context(this.picture).getImageData(0, 0, width, height);
  }

  /** @param {View} view */
  place(view) {
    this.world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    this.world.classList.toggle("enlarged", view.scale >= 3);
    this.#seen = seenRect(view, { width: this.stage.clientWidth, height: this.stage.clientHeight });
    if (this.mask.isSpoilt(this.#seen)) this.#askForFrame();
    placeLines(this.boxes.lines, view);
  }

  /** Outline boxes and dim what lies outside of them. @param {readonly Rect[]} boxes @param {View} view */
  showBoxes(boxes, view) {
    this.boxes.element.style.display = boxes.length > 0 ? "" : "none";
    const path = boxes.map(pathOf).join("");
    // Void is black: outside of the boxes it would hide the picture twice.
    this.mask.element.style.clipPath = path && `path("${path}")`;
    drawLines(this.boxes.lines, [pathOf(wholeOf(this.#mine)) + path, path, path], view);
  }

  /** Show what the tool would paint, or hide it. @param {string | null} path in image coordinates @param {View} view */
  placeRing(path, view) {
    this.ring.element.style.display = path ? "" : "none";
    if (path) drawLines(this.ring.lines, [path, path], view);
  }

  /**
   * Show an outline's corners, joined and led on to the pointer.
   *
   * @param {readonly Point[]} corners @param {Point | null} pointer @param {View} view
   */
  placeOutline(corners, pointer, view) {
    this.outline.element.style.display = corners.length > 0 ? "" : "none";
    if (corners.length === 0) return;
    const all = pointer ? [...corners, pointer] : corners;
    const path = `M${all.map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
    const dots = corners.map(({ x, y }) => `M${x} ${y}h0`).join("");
    drawLines(this.outline.lines, [path, path, dots], view);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    if (this.#isShown) this.stage.replaceChildren();
  }
}

/** @param {HTMLElement} world @param {string} name @param {{width: number, height: number}} size */
function addCanvas(world, name, { width, height }) {
  const canvas = document.createElement("canvas");
  canvas.className = `layer layer-${name}`;
  canvas.width = width;
  canvas.height = height;
  world.append(canvas);
  return canvas;
}

/** Lines over the picture: a dark one under a light one is seen on any. @param {string} name @param {string[]} lineNames */
function addOverlay(name, lineNames) {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("class", name);
  element.setAttribute("aria-hidden", "true");
  element.style.display = "none";
  const lines = lineNames.map((lineName) => {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("class", lineName);
    element.append(line);
    return line;
  });
  return { element, lines };
}

/** @param {readonly SVGElement[]} lines @param {readonly string[]} paths in image coordinates @param {View} view */
function drawLines(lines, paths, view) {
  lines.forEach((line, index) => line.setAttribute("d", paths[index]));
  placeLines(lines, view);
}

/** @param {readonly SVGElement[]} lines @param {View} view */
function placeLines(lines, view) {
  const transform = `translate(${view.x} ${view.y}) scale(${view.scale})`;
  for (const line of lines) line.setAttribute("transform", transform);
}

/** @param {Rect} rect @returns {string} */
function pathOf({ left, top, right, bottom }) {
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}

/** @param {HTMLCanvasElement} canvas a pixel for each cell @param {Size} size in cells @param {number} stride */
function sizeCells(canvas, { width, height }, stride) {
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${width * stride}px`;
  canvas.style.height = `${height * stride}px`;
}

/** @param {HTMLCanvasElement} canvas @param {Uint8ClampedArray<ArrayBuffer>} pixels */
function drawCells(canvas, pixels) {
  context(canvas).putImageData(new ImageData(pixels, canvas.width, canvas.height), 0, 0);
}
