/**
 * Keeps the view of one stage: fit, zoom, pan, flights, and what happens when the stage is resized.
 *
 * @typedef {import("./viewport.js").View} View
 * @typedef {import("./viewport.js").Size} Size
 */

import { middleOf } from "./mask.js";
import {
  blendViews,
  centredView,
  fillStage,
  fitView,
  keepInSight,
  panView,
  zoomView,
} from "./viewport.js";

const FLIGHT_MS = 150;
/** A flight ends at least at this many times the fitted view. */
const FLIGHT_ZOOM = 2.5;
/** CSS pixels left free about a box, so that what it borders on is seen. */
const BOX_MARGIN = 48;

export class ViewControl {
  /** @type {View} */ current = { scale: 1, x: 0, y: 0 };
  #isFitted = true;
  #frame = 0;
  #observer;

  /** @param {HTMLElement} stage @param {Size} picture @param {() => void} onPlaced */
  constructor(stage, picture, onPlaced) {
    this.stage = stage;
    this.picture = { width: picture.width, height: picture.height };
    this.onPlaced = onPlaced;
    this.#observer = new ResizeObserver(() =>
      this.#isFitted ? this.fit() : this.#place(this.current),
    );
  }

  /** Fit the picture now and, until it is moved, whenever the stage is resized. */
  open() {
    this.#observer.observe(this.stage);
    this.fit();
  }

  /** @returns {Size} */
  get #size() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  /** @param {View} view */
  #place(view) {
    cancelAnimationFrame(this.#frame);
    this.current = keepInSight(view, this.picture, this.#size);
    this.onPlaced();
  }

  fit() {
    this.#place(fitView(this.picture, this.#size));
    this.#isFitted = true;
  }

  /** @param {number} dx @param {number} dy */
  panBy(dx, dy) {
    this.#isFitted = false;
    this.#place(panView(this.current, dx, dy));
  }

  /** Zoom at a place of the stage; without one, in its middle. @param {number} factor @param {{x: number, y: number}} [at] */
  zoom(factor, at) {
    this.#isFitted = false;
    const { width, height } = this.#size;
    this.#place(zoomView(this.current, factor, at?.x ?? width / 2, at?.y ?? height / 2));
  }

  /** Show an image point in the middle. @param {{x: number, y: number}} point */
  flyTo(point) {
    const least = fitView(this.picture, this.#size).scale * FLIGHT_ZOOM;
    this.#glideTo(centredView(point, Math.max(least, this.current.scale), this.#size));
  }

  /** Show a part of the picture as large as it can be. @param {import("./mask.js").Rect} box */
  flyToBox(box) {
    const size = { width: box.right - box.left, height: box.bottom - box.top };
    const { scale } = fitView(size, this.#size, BOX_MARGIN);
    this.#glideTo(centredView(middleOf(box), scale, this.#size));
  }

  /** A glide, or at once for those who ask for less motion. @param {View} centred */
  #glideTo(centred) {
    const from = this.current;
    const to = fillStage(centred, this.picture, this.#size);
    const glides = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    this.#isFitted = false;
    const step = (/** @type {number} */ now) => {
      const share = glides ? Math.min(1, Math.max(0, now - start) / FLIGHT_MS) : 1;
      this.#place(blendViews(from, to, share * (2 - share)));
      if (share < 1) this.#frame = requestAnimationFrame(step);
    };
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(step);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
  }
}
