/**
 * Colours that people with any colour vision tell apart, and hatches that tell classes apart by form.
 *
 * @typedef {import("./render.js").LabelClass} LabelClass
 */

/**
 * Eight hues chosen by Okabe and Ito for all kinds of colour vision (black is void's here, so white
 * stands for it); classes beyond repeat them darker, then lighter.
 */
const HUES = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [240, 240, 240],
];
const SHADES = [
  (/** @type {number} */ part) => part,
  (/** @type {number} */ part) => part * 0.55,
  (/** @type {number} */ part) => 255 - (255 - part) * 0.5,
  (/** @type {number} */ part) => part * 0.3,
];

/**
 * @param {readonly LabelClass[]} classes
 * @returns {LabelClass[]} the same classes, in colours by their place in the list
 */
export function inSafeColours(classes) {
  return classes.map((one, index) => {
    const shade = SHADES[Math.floor(index / HUES.length) % SHADES.length];
    const parts = HUES[index % HUES.length].map((part) => Math.round(shade(part)));
    return { ...one, colour: `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}` };
  });
}

/** How far apart a hatch's lines are, in image pixels, and how thick they are. */
const PERIOD = 8;
const THICKNESS = 2;

/** Whether a line of a hatch passes a pixel; the first class has none. @type {Array<(x: number, y: number) => boolean>} */
const HATCHES = [
  () => false,
  (x, y) => (x + y) % PERIOD < THICKNESS,
  (x, y) => (x - y) % PERIOD < THICKNESS,
  (x) => x % PERIOD < THICKNESS,
  (_, y) => y % PERIOD < THICKNESS,
  (x, y) => (x + y) % PERIOD < THICKNESS || (x - y) % PERIOD < THICKNESS,
  (x, y) => x % PERIOD < THICKNESS && y % PERIOD < THICKNESS,
];

/**
 * The hatches as bits: one byte for each place of a period, a bit for each hatch.
 *
 * A row below is looked up, not computed: hatches cost as little as colours.
 */
const BITS = Uint8Array.from({ length: PERIOD * PERIOD }, (_, at) => {
  // One period is added, so that the difference of the two is never below zero.
  const [x, y] = [(at % PERIOD) + PERIOD, Math.floor(at / PERIOD)];
  return HATCHES.reduce((bits, passes, index) => bits | (Number(passes(x, y)) << index), 0);
});

/** @param {number} x @param {number} y @returns {number} the bits of the hatches whose lines pass a pixel */
export function hatchesAt(x, y) {
  return BITS[(y % PERIOD) * PERIOD + (x % PERIOD)];
}

/** @param {readonly LabelClass[]} classes @returns {Uint8Array} for each label, the bit of its hatch */
export function hatchTable(classes) {
  const table = new Uint8Array(256);
  classes.forEach(({ id }, index) => (table[id] = 1 << (index % HATCHES.length)));
  return table;
}
