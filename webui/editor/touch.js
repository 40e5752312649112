/**
 * Two fingers on the picture: what they do to the view.
 *
 * Pure. Positions are in CSS pixels of the screen.
 *
 * @typedef {{readonly x: number, readonly y: number}} Place
 * @typedef {{dx: number, dy: number, factor: number, at: Place}} Gesture
 */

export class Fingers {
  /** @type {Map<number, Place>} */ #places = new Map();

  get count() {
    return this.#places.size;
  }

  /** @param {number} id @param {Place} place */
  put(id, place) {
    this.#places.set(id, place);
  }

  /** @param {number} id */
  has(id) {
    return this.#places.has(id);
  }

  /** @param {number} id */
  lift(id) {
    this.#places.delete(id);
  }

  /**
   * A finger moved: how far its hand's middle went, and how far the fingers are apart now against
   * before, at their new middle. Null while there are not two.
   *
   * @param {number} id @param {Place} place @returns {Gesture | null}
   */
  move(id, place) {
    if (!this.#places.has(id)) return null;
    const before = this.#spread();
    this.#places.set(id, place);
    const after = this.#spread();
    if (!before || !after) return null;
    return {
      dx: after.at.x - before.at.x,
      dy: after.at.y - before.at.y,
      factor: before.apart > 0 && after.apart > 0 ? after.apart / before.apart : 1,
      at: after.at,
    };
  }

  /** @returns {{apart: number, at: Place} | null} */
  #spread() {
    const [a, b] = this.#places.values();
    if (!b) return null;
    return {
      apart: Math.hypot(b.x - a.x, b.y - a.y),
      at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
  }
}
