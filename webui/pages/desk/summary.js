/** What one sitting has come to: images, time at work, the shares of pixels; for the person alone. */

export class Summary {
  /** @param {Partial<Record<"images" | "skipped" | "activeSeconds" | "changed", number>>} [sums] */
  constructor({ images = 0, skipped = 0, activeSeconds = 0, changed = 0 } = {}) {
    this.images = images;
    this.skipped = skipped;
    this.activeSeconds = activeSeconds;
    this.changed = changed;
  }

  /** @param {{active_seconds: number}} effort @param {{changed_share: number}} answer the service's */
  withSubmitted(effort, answer) {
    return new Summary({
      ...this,
      images: this.images + 1,
      activeSeconds: this.activeSeconds + effort.active_seconds,
      changed: this.changed + answer.changed_share,
    });
  }

  withSkipped() {
    return new Summary({ ...this, skipped: this.skipped + 1 });
  }

  get isEmpty() {
    return this.images + this.skipped === 0;
  }

  /** @returns {number} of an image, on average */
  get secondsEach() {
    return this.images === 0 ? 0 : this.activeSeconds / this.images;
  }

  /** @returns {number} of an image's pixels, on average */
  get changedShare() {
    return this.images === 0 ? 0 : this.changed / this.images;
  }
}
