/** How long a person really worked on an item: pauses of over 20 s do not count. */

const LONGEST_PAUSE_MS = 20_000;

export class Activity {
  /** @type {number | null} */ #last = null;
  #milliseconds;

  /** @param {number} [seconds] worked before, when the item is opened again */
  constructor(seconds = 0) {
    this.#milliseconds = seconds * 1000;
  }

  /** Something was done. @param {number} now milliseconds of a clock that only goes forward */
  note(now) {
    if (this.#last !== null && now - this.#last <= LONGEST_PAUSE_MS)
      this.#milliseconds += now - this.#last;
    this.#last = now;
  }

  get seconds() {
    return Math.round(this.#milliseconds / 1000);
  }
}
