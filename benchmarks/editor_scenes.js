/** Scenes for the scripted annotator: what is true, how it looks, and a mask with seeded errors. */
import { Correction } from "../webui/editor/correction.js";
import { VOID } from "../webui/editor/mask.js";

export const WIDTH = 480;
export const HEIGHT = 320;
const CLASSES = 8;

/** A small generator with a seed (mulberry32). @param {number} seed */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Regions with waved borders about some thirty places. */
export function drawScene(next) {
  const places = Array.from({ length: 30 }, (_, index) => ({
    x: next() * WIDTH,
    y: next() * HEIGHT,
    label: index < CLASSES ? index : Math.floor(next() * CLASSES),
  }));
  const waves = [next() * 9, next() * 9];
  const labels = new Uint8Array(WIDTH * HEIGHT);
  for (let at = 0; at < labels.length; at++) {
    const [column, row] = [at % WIDTH, Math.floor(at / WIDTH)];
    const x = column + 9 * Math.sin(row / 13 + waves[0]) + 3 * Math.sin(row / 4);
    const y = row + 9 * Math.sin(column / 15 + waves[1]) + 3 * Math.sin(column / 5);
    let least = Infinity;
    for (const place of places) {
      const far = (place.x - x) ** 2 + (place.y - y) ** 2;
      if (far < least) {
        least = far;
        labels[at] = place.label;
      }
    }
  }
  return { width: WIDTH, height: HEIGHT, labels };
}

/** Each class has a colour, lighter to the right and below, with a camera's noise. */
export function photograph({ labels }, next) {
  const colours = Array.from({ length: CLASSES }, () => [0, 1, 2].map(() => 50 + 150 * next()));
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT);
  labels.forEach((label, at) => {
    const shade = 12 * ((at % WIDTH) / WIDTH + at / labels.length) - 12;
    // The sum of four is nearly normal; its standard deviation here is 8.
    const noise = () => 13.9 * (next() + next() + next() + next() - 2);
    colours[label].forEach((part, channel) => (data[4 * at + channel] = part + shade + noise()));
  });
  return { width: WIDTH, height: HEIGHT, data };
}

/** What models get wrong: whole regions, holes, specks, and borders that bulge. */
export function spoil(truth, next) {
  const spoilt = new Correction(truth);
  const place = () => [Math.floor(next() * WIDTH), Math.floor(next() * HEIGHT)];
  const disc = (size, labelOf) => {
    const [x, y] = place();
    const point = { x: x + 0.5, y: y + 0.5 };
    spoilt.beginStroke();
    spoilt.stroke(point, point, size, labelOf(x, y));
    spoilt.endStroke();
  };
  const other = (label) => (label + 1 + Math.floor(next() * (CLASSES - 1))) % CLASSES;
  for (let count = 0; count < 3; count++) {
    const [x, y] = place();
    spoilt.fillRegion(x, y, other(truth.labels[y * WIDTH + x]));
  }
  for (let count = 0; count < 2; count++) disc(20 + Math.floor(next() * 40), () => VOID);
  for (let count = 0; count < 4; count++)
    disc(5 + Math.floor(next() * 8), (x, y) => other(truth.labels[y * WIDTH + x]));
  for (let count = 0; count < 4; count++)
    disc(16 + Math.floor(next() * 24), (x, y) => truth.labels[y * WIDTH + x]);
  return spoilt.mask;
}
