/** The quiet line over the picture: it goes by itself; a bad one stays until the next. */

import { signal } from "../../vendor/preact.js";

const SHOWN_MS = 6000;

export class Notice {
  text = signal("");
  isBad = signal(false);
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {string} text @param {{isBad?: boolean}} [how] */
  say(text, { isBad = false } = {}) {
    clearTimeout(this.#timer);
    this.text.value = text;
    this.isBad.value = isBad;
    if (!isBad) this.#timer = setTimeout(() => (this.text.value = ""), SHOWN_MS);
  }

  clear() {
    this.close();
    this.text.value = "";
  }

  close() {
    clearTimeout(this.#timer);
  }
}
