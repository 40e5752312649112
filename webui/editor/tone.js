/**
 * How bright the picture is shown: brightness, contrast and gamma, as one SVG filter.
 *
 * Only what is seen changes: no pixel of the picture, which the wand reads, and none of the mask.
 *
 * @typedef {{readonly brightness: number, readonly contrast: number, readonly gamma: number}} Tone
 */

const SVG = "http://www.w3.org/2000/svg";
const ID = "picture-tone";

/** @type {Tone} */
export const PLAIN = { brightness: 1, contrast: 1, gamma: 1 };

/**
 * `contrast * (brightness * colour ^ (1 / gamma) - 1/2) + 1/2`, in the form that the filter takes.
 *
 * @param {Tone} tone
 * @returns {{amplitude: number, exponent: number, offset: number}}
 */
export function transferOf({ brightness, contrast, gamma }) {
  return {
    amplitude: brightness * contrast,
    exponent: 1 / gamma,
    offset: 0.5 - 0.5 * contrast,
  };
}

export class ToneFilter {
  /** @type {Element[]} */ #channels;

  /** @param {HTMLElement} picture */
  constructor(picture) {
    this.picture = picture;
    this.element = document.createElementNS(SVG, "svg");
    this.element.setAttribute("class", "tone");
    this.element.setAttribute("aria-hidden", "true");
    const filter = document.createElementNS(SVG, "filter");
    filter.setAttribute("id", ID);
    filter.setAttribute("color-interpolation-filters", "sRGB");
    const transfer = document.createElementNS(SVG, "feComponentTransfer");
    this.#channels = ["feFuncR", "feFuncG", "feFuncB"].map((name) => {
      const channel = document.createElementNS(SVG, name);
      channel.setAttribute("type", "gamma");
      return channel;
    });
    transfer.append(...this.#channels);
    filter.append(transfer);
    this.element.append(filter);
  }

  /** @param {Tone} tone */
  show(tone) {
    for (const channel of this.#channels) {
      for (const [name, value] of Object.entries(transferOf(tone)))
        channel.setAttribute(name, String(value));
    }
    const isPlain = transferOf(tone).exponent === 1 && tone.brightness * tone.contrast === 1;
    this.picture.style.filter = isPlain && tone.contrast === 1 ? "" : `url(#${ID})`;
  }
}
