/**
 * The editor of one picture: its correction, the tool in the hand, and where it is looked at.
 *
 * Framework-free. The page calls its methods and listens to `onChange`; pointer events come by
 * `pointer.js`. The mask's canvases carry the instance as `canvas.editor`, for tests and tools.
 *
 * @typedef {import("./brush.js").Point} Point
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./mask.js").Rect} Rect
 * @typedef {import("./render.js").LabelClass} LabelClass
 * @typedef {import("./spots.js").ScoreMap} ScoreMap
 * @typedef {import("./layers.js").ChangeKind} ChangeKind
 *
 * A tool is a value; the editor knows it by this alone.
 * @typedef {{
 *   readonly id: string,
 *   readonly hasRing: boolean,
 *   outlineAt?(editor: Editor, point: Point): string | null,
 *   readonly usesLabel: boolean,
 *   down(editor: Editor, point: Point, event: PointerEvent): void,
 *   move(editor: Editor, point: Point, event: PointerEvent): void,
 *   up(editor: Editor, point: Point, event: PointerEvent): void,
 *   cancel(editor: Editor): void,
 *   finish?(editor: Editor): void,
 * }} Tool
 */

import { outline } from "./brush.js";
import { Cursor } from "./cursor.js";
import { HEAT_STRIDE, Layers } from "./layers.js";
import { holds, isIn, middleOf } from "./mask.js";
import { findSpots } from "./spots.js";
import { brush } from "./tools/brush.js";
import { TOOLS } from "./tools/index.js";
import { ViewControl } from "./view-control.js";

const MOST_BRUSH = 400;
const MOST_TOLERANCE = 128;
const TOLERANCE_STEP = 4;
const MOST_SPOTS = 8;
/** The lightest touch of a pen leaves this much of the brush's size. */
const LEAST_PRESSED = 0.2;

export class Editor extends Layers {
  cursor = new Cursor(this);
  /** @type {Tool} */ tool = brush;
  /** @type {Point | null} */ pointer = null;
  /** @type {Array<import("./spots.js").Spot & {visited: boolean}>} */ spots = [];
  /** @type {number | null} */ lastSpot = null;
  /** What is asked for; none: all of the picture. @type {readonly Rect[]} */ boxes = [];
  /** Undefined while they are on their way. @type {import("./superpixels.js").Superpixels | null | undefined} */
  superpixels = null;
  /** The corners of the outline that is being drawn. @type {Point[]} */ outline = [];
  /** @type {ImageData | null} */ #pixels = null;
  label = 0;
  brushSize = 1;
  tolerance = 1;
  #previousLabel = 0;
  /** How much of the brush's size a pen's pressure leaves. */
  #pressed = 1;

  /**
   * @param {HTMLElement} stage
   * @param {{picture: ImageBitmap, model: Mask, classes: readonly LabelClass[],
   *          label: number, brushSize: number, tolerance: number, opacity: number}} given
   */
  constructor(stage, { picture, model, classes, ...last }) {
    super(stage, { picture, model, classes });
    this.view = new ViewControl(stage, picture, () => this.#placed());
    for (const canvas of this.surface.mask.canvases) Object.assign(canvas, { editor: this });
    this.resume(last);
  }

  /**
   * Go on as the person last had it in hand.
   *
   * @param {{label: number, brushSize: number, tolerance: number, opacity: number}} last
   */
  resume({ label, brushSize, tolerance, opacity }) {
    this.label = label;
    this.#previousLabel = label;
    this.brushSize = brushSize;
    this.tolerance = tolerance;
    this.setOpacity(opacity);
  }

  /** Come onto the stage, in the place of what is there: before, all is done unseen. */
  appear() {
    this.surface.appear();
    this.surface.stage.dataset.tool = this.tool.id;
    this.view.open();
  }

  #placed() {
    this.surface.place(this.view.current);
    this.#placeRing();
    this.#placeOutline();
    this.announce("moved");
  }

  #placeRing() {
    const at = this.pointer;
    const path = at && (this.tool.hasRing ? outline(at, this.reach) : this.tool.outlineAt?.(this, at));
    this.surface.placeRing(path ?? null, this.view.current);
  }

  /** How large the brush is at this moment: what the ring shows and a stroke paints. */
  get reach() {
    return Math.max(1, Math.round(this.brushSize * this.#pressed));
  }

  /** A pen presses more or less hard; anything else, or nothing, always fully. @param {PointerEvent | null} event */
  press(event) {
    this.#pressed = event?.pointerType === "pen" ? shareOf(event.pressure) : 1;
  }

  /** @param {Rect | null} rect */
  repaint(rect) {
    this.surface.repaint(rect);
  }

  /** @param {Point | null} point where the pointer is on the picture */
  point(point) {
    this.pointer = point;
    this.#placeRing();
    this.#placeOutline();
    this.announce("moved");
  }

  #placeOutline() {
    this.surface.placeOutline(this.outline, this.pointer, this.view.current);
  }

  /** @param {Point} point */
  addCorner(point) {
    this.outline.push(point);
    this.#placeOutline();
    this.announce("chosen");
  }

  takeBackCorner() {
    this.outline.pop();
    this.#placeOutline();
    this.announce("chosen");
  }

  /** @returns {Point[]} the corners of the outline, which is drawn no longer */
  endOutline() {
    const corners = this.outline;
    this.outline = [];
    this.#placeOutline();
    this.announce("chosen");
    return corners;
  }

  /** @param {string} id */
  useTool(id) {
    if (id !== this.tool.id) this.endOutline();
    this.tool = TOOLS[id] ?? this.tool;
    this.surface.stage.dataset.tool = this.tool.id;
    this.#placeRing();
    this.announce("chosen");
  }

  /** @param {number} label */
  useLabel(label) {
    if (label !== this.label) this.#previousLabel = this.label;
    this.label = label;
    if (!this.tool.usesLabel) this.useTool("brush");
    this.announce("chosen");
  }

  usePreviousLabel() {
    this.useLabel(this.#previousLabel);
  }

  /** @param {Point} point */
  pickAt(point) {
    const label = this.labelAt(point);
    if (label === null || !this.classes.some(({ id }) => id === label)) return;
    if (label !== this.label) this.#previousLabel = this.label;
    this.label = label;
    this.announce("chosen");
  }

  /** @param {number} size */
  useBrushSize(size) {
    this.brushSize = Math.min(Math.max(Math.round(size), 1), MOST_BRUSH);
    this.#placeRing();
    this.announce("chosen");
  }

  /** How far colours may differ for the wand. @param {number} tolerance of 255 */
  useTolerance(tolerance) {
    this.tolerance = Math.min(Math.max(tolerance, 1), MOST_TOLERANCE);
    this.announce("chosen");
  }

  /** The picture's own colours, read once. @returns {ImageData} */
  get pixels() {
    return (this.#pixels ??= this.surface.readPicture());
  }

  /** One step of the brush: a pixel when small, a tenth when large; of the tolerance with the wand. @param {-1 | 1} direction */
  stepBrushSize(direction) {
    if (this.tool.id === "wand") {
      this.useTolerance(this.tolerance + direction * TOLERANCE_STEP);
      return;
    }
    this.useBrushSize(this.brushSize + direction * Math.max(1, Math.round(this.brushSize / 10)));
  }

  /** @param {Point} point @param {Mask} [mask] @returns {number | null} */
  labelAt(point, mask = this.correction.mask) {
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    return holds(mask, x, y) ? mask.labels[y * mask.width + x] : null;
  }

  /** @param {(correction: import("./correction.js").Correction) => Rect | null} act one step; none while a stroke goes on */
  edit(act) {
    if (this.correction.history.isOpen) return;
    this.repaint(act(this.correction));
    this.announce("edited");
  }

  /** Whether nothing is drawn, begun, or left to undo. */
  get isUntouched() {
    const { history } = this.correction;
    return !history.isOpen && history.depth === 0 && this.outline.length === 0;
  }

  /** @param {number} dx @param {number} dy CSS pixels */
  panBy(dx, dy) {
    this.view.panBy(dx, dy);
  }

  /** @param {ScoreMap} map */
  setHeat(map) {
    if (this.boxes.length === 0) this.#useSpots(findSpots(map, HEAT_STRIDE, MOST_SPOTS));
    super.setHeat(map);
  }

  /** Only these boxes are asked for: nothing paints elsewhere, and they are what there is to look at. @param {readonly Rect[]} boxes */
  askForBoxes(boxes) {
    this.boxes = boxes;
    this.correction.keepInside(boxes);
    this.surface.showBoxes(boxes, this.view.current);
    this.#useSpots(boxes.map((box) => ({ ...middleOf(box), score: 1, box })));
    this.announce("chosen");
  }

  /** Whether an answer is wanted at a place. @param {Point} point */
  isAskedFor(point) {
    return this.boxes.length === 0 || this.boxes.some((box) => isIn(box, point));
  }

  /** @param {import("./spots.js").Spot[]} spots */
  #useSpots(spots) {
    this.spots = spots.map((spot) => ({ ...spot, visited: false }));
  }

  /** @param {import("./superpixels.js").Superpixels | null} superpixels null: there are none, or none to be had */
  setSuperpixels(superpixels) {
    this.superpixels = superpixels;
    this.announce("chosen");
  }

  /** Give the region under a point the class that the model likes second best there. @param {Point} point */
  takeSecond(point) {
    const found = this.second?.regionAt(this.correction.mask, point);
    if (found) this.edit((correction) => correction.fillFound(found.region, found.label));
  }

  /** @param {number} index of the spot to look at */
  flyTo(index) {
    const spot = this.spots[index];
    if (!spot) return;
    spot.visited = true;
    this.lastSpot = index;
    // What was under the pointer no longer is; the next move says what is.
    this.pointer = null;
    if (spot.box) this.view.flyToBox(spot.box);
    else this.view.flyTo(spot);
    this.announce("chosen");
  }

  close() {
    this.view.close();
    this.surface.close();
  }
}

/** Full size from half the pressure on: what a pen without a sensor reports. @param {number} pressure 0 to 1 */
function shareOf(pressure) {
  return Math.min(1, Math.max(LEAST_PRESSED, 2 * pressure));
}
