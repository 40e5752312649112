/**
 * The practice image: a small street, drawn; its true labels, a guess with three mistakes, and where
 * the guess is unsure. Pure but for the random grain, which has a seed.
 *
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {{width: number, height: number, pixels: Uint8ClampedArray<ArrayBuffer>, truth: Mask, guess: Mask,
 *            heat: import("../../editor/spots.js").ScoreMap,
 *            patches: import("../../editor/superpixels.js").Cells}} Scene
 */

import { HEAT_STRIDE } from "../../editor/layers.js";

export const WIDTH = 640;
export const HEIGHT = 360;

/** Ids and colours as Cityscapes has them. */
export const CLASS_COLOURS = ["#804080", "#464646", "#6b8e23", "#4682b4", "#00008e"];
const [ROAD, BUILDING, TREE, SKY, CAR] = [0, 1, 2, 3, 4];

/** What the light makes of each class. */
const LIGHT = [
  [92, 92, 98],
  [150, 122, 104],
  [72, 104, 52],
  [176, 206, 232],
  [150, 38, 42],
];

/** @typedef {[label: number, left: number, top: number, right: number, bottom: number]} Box */

/** @type {Box[]} painted one over the other */
const STREET = [
  [SKY, 0, 0, WIDTH, 200],
  [ROAD, 0, 200, WIDTH, HEIGHT],
  [BUILDING, 0, 60, 190, 215],
  [BUILDING, 210, 95, 300, 212],
  [TREE, 470, 70, 590, 190],
  [TREE, 522, 190, 538, 222],
  [CAR, 330, 222, 470, 282],
  [CAR, 356, 196, 446, 224],
];

/** @type {Box[]} the guess's mistakes, over the truth */
const MISTAKES = [
  [BUILDING, 330, 222, 400, 282],
  [ROAD, 60, 185, 150, 215],
  [SKY, 540, 75, 590, 150],
];

/** @returns {Scene} */
export function drawScene() {
  const truth = paint(STREET);
  const guess = paint(MISTAKES, truth);
  const pixels = light(truth);
  return { width: WIDTH, height: HEIGHT, pixels, truth, guess, heat: unsure(), patches: patchesOf(truth) };
}

/** The side of a superpixel where no border cuts it. */
const PATCH = 24;

/** Squares cut along the borders that the light shows, as a real picture's are. @param {Mask} truth */
function patchesOf({ width, height, labels }) {
  const across = Math.ceil(width / PATCH);
  const ids = Uint32Array.from(labels, (label, at) => {
    const [column, row] = [at % width, Math.floor(at / width)];
    const square = Math.floor(row / PATCH) * across + Math.floor(column / PATCH);
    return square * LIGHT.length + label;
  });
  return { width, height, ids };
}

/** @param {Box[]} boxes @param {Mask} [over] @returns {Mask} */
function paint(boxes, over) {
  const labels = over ? over.labels.slice() : new Uint8Array(WIDTH * HEIGHT);
  for (const [label, left, top, right, bottom] of boxes) {
    for (let row = top; row < bottom; row++)
      labels.fill(label, row * WIDTH + left, row * WIDTH + right);
  }
  return { width: WIDTH, height: HEIGHT, labels };
}

/** @param {Mask} truth */
function light({ labels }) {
  const pixels = new Uint8ClampedArray(labels.length * 4);
  let state = 7;
  labels.forEach((label, at) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const grain = (state >> 16) % 22;
    const shade = 1 - (0.18 * Math.floor(at / WIDTH)) / HEIGHT;
    LIGHT[label].forEach((value, channel) => {
      pixels[at * 4 + channel] = (value + grain - 11) * shade;
    });
    pixels[at * 4 + 3] = 255;
  });
  return pixels;
}

/** High where the guess is wrong, as a fair model's would be. */
function unsure() {
  const [width, height] = [WIDTH / HEAT_STRIDE, HEIGHT / HEAT_STRIDE];
  const values = new Uint8Array(width * height).fill(16);
  MISTAKES.forEach(([, left, top, right, bottom], index) => {
    for (let row = Math.floor(top / HEAT_STRIDE); row < bottom / HEAT_STRIDE; row++)
      values.fill(240 - 30 * index, row * width + Math.floor(left / HEAT_STRIDE), row * width + Math.ceil(right / HEAT_STRIDE));
  });
  return { width, height, values };
}

/** @param {Mask} mask @param {Mask} truth @returns {number} the share of pixels that are right */
export function shareRight(mask, truth) {
  const right = mask.labels.reduce((sum, label, at) => sum + Number(label === truth.labels[at]), 0);
  return right / mask.labels.length;
}
