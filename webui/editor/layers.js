/**
 * What is shown of a correction: whose mask, which classes, in which colours, how strong, over what.
 *
 * @typedef {import("./mask.js").Mask} Mask
 * @typedef {import("./render.js").LabelClass} LabelClass
 * @typedef {import("./spots.js").ScoreMap} ScoreMap
 * @typedef {import("./second-best.js").SecondBest} SecondBest
 * @typedef {import("./tone.js").Tone} Tone
 *
 * "edited": a step is done; "moved": the view or the pointer; "chosen": tool, class or layer.
 * @typedef {"edited" | "moved" | "chosen"} ChangeKind
 *
 * "own": the project's colours; "safe": told apart with any colour vision.
 * @typedef {"own" | "safe"} Palette
 */

import { Correction } from "./correction.js";
import { holds, wholeOf } from "./mask.js";
import { hatchTable, inSafeColours } from "./palette.js";
import { lookupTable } from "./render.js";
import { Surface } from "./surface.js";
import { PLAIN } from "./tone.js";

/** The uncertainty map has one cell for 4 x 4 image pixels. */
export const HEAT_STRIDE = 4;

export class Layers {
  /** @type {ScoreMap | null} */ heat = null;
  /** The classes that the model likes next; undefined while they are on their way. @type {SecondBest | null | undefined} */
  second = null;
  /** @type {(kind: ChangeKind) => void} */ onChange = () => {};
  opacity = 1;
  /** @type {Tone} */ tone = PLAIN;
  /** @type {Palette} */ palette = "own";
  isHatched = false;
  #ownClasses;
  /** @type {Set<number>} */ #hidden = new Set();

  /**
   * @param {HTMLElement} stage
   * @param {{picture: ImageBitmap, model: Mask, classes: readonly LabelClass[]}} given
   */
  constructor(stage, { picture, model, classes }) {
    if (picture.width !== model.width || picture.height !== model.height) {
      throw new Error(
        `The picture is ${picture.width} x ${picture.height}, its mask ${model.width} x ${model.height}.`,
      );
    }
    this.#ownClasses = classes;
    /** In the colours shown. */
    this.classes = classes;
    this.correction = new Correction(model);
    this.surface = new Surface(stage, picture, this.correction.mask, model);
    this.#recolour();
  }

  /** @param {ChangeKind} kind */
  announce(kind) {
    this.onChange(kind);
  }

  #recolour() {
    const table = lookupTable(this.classes, this.#hidden);
    this.surface.recolour(table, this.isHatched ? hatchTable(this.classes) : null);
    if (this.second) this.surface.drawSecond(this.second.pixels(table));
    this.announce("chosen");
  }

  /** @param {Palette} palette */
  usePalette(palette) {
    this.palette = palette;
    this.classes = palette === "safe" ? inSafeColours(this.#ownClasses) : this.#ownClasses;
    this.#recolour();
  }

  /** @param {boolean} isHatched */
  hatch(isHatched) {
    this.isHatched = isHatched;
    this.#recolour();
  }

  /** @param {number} opacity 0 to 1 */
  setOpacity(opacity) {
    this.opacity = opacity;
    this.surface.mask.element.style.opacity = String(opacity);
    this.announce("chosen");
  }

  /** @param {Partial<Tone>} part */
  setTone(part) {
    this.tone = { ...this.tone, ...part };
    this.surface.tone.show(this.tone);
    this.announce("chosen");
  }

  get maskIsShown() {
    return !this.surface.mask.element.hidden;
  }

  /** @param {boolean} shown */
  showMask(shown) {
    this.surface.mask.element.hidden = !shown;
    this.announce("chosen");
  }

  /** @param {import("./render.js").Shown} shown */
  show(shown) {
    this.surface.shown = shown;
    this.surface.repaint(wholeOf(this.correction.mask));
    this.announce("chosen");
  }

  /** @param {number} id */
  toggleClass(id) {
    if (!this.#hidden.delete(id)) this.#hidden.add(id);
    this.#recolour();
  }

  /** @param {number} id */
  isHidden(id) {
    return this.#hidden.has(id);
  }

  /** @param {ScoreMap} map */
  setHeat(map) {
    this.heat = map;
    this.surface.setHeat(map, HEAT_STRIDE);
    this.announce("chosen");
  }

  get heatIsShown() {
    return !this.surface.heat.hidden;
  }

  /** @param {boolean} shown */
  showHeat(shown) {
    this.surface.heat.hidden = !shown;
    this.announce("chosen");
  }

  /** @param {SecondBest | null} second null: there is none, or none to be had */
  setSecond(second) {
    this.second = second;
    if (second) this.surface.sizeSecond(second.second, HEAT_STRIDE);
    this.#recolour();
  }

  get secondIsShown() {
    return !this.surface.second.hidden;
  }

  /** @param {boolean} shown over the mask, where the model is unsure */
  showSecond(shown) {
    this.surface.second.hidden = !shown || !this.second;
    this.announce("chosen");
  }

  /** The model's uncertainty under a point, 0 to 1. @param {import("./brush.js").Point} point @returns {number | null} */
  uncertaintyAt(point) {
    if (!this.heat) return null;
    const [x, y] = [Math.floor(point.x / HEAT_STRIDE), Math.floor(point.y / HEAT_STRIDE)];
    return holds(this.heat, x, y)
      ? this.heat.values[y * this.heat.width + x] / 255
      : null;
  }
}
