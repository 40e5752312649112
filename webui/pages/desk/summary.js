/** What one sitting has come to: images, time at work, pixels; for the person alone. */

export class Summary {
  images = 0;
  skipped = 0;
  activeSeconds = 0;
  /** Sum of the shares of pixels changed. */
  #changed = 0;

  /** @param {{activeSeconds: number, changedShare: number}} submitted */
  addSubmitted({ activeSeconds, changedShare }) {
    this.images++;
    this.activeSeconds += activeSeconds;
    this.#changed += changedShare;
  }

  addSkipped() {
    this.skipped++;
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
    return this.images === 0 ? 0 : this.#changed / this.images;
  }
}
