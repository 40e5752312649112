/**
 * A scripted annotator who corrects masks with seeded errors: by brush and eraser alone, and
 * with the region tool as well; it counts the input events of both.
 *
 * The scenes are drawn, not photographed. All hands know the truth, work through the real
 * `Correction`, and end an error when at most 2 % of the wrong pixels are left. A key, a press, a release
 * and a move of the pointer are one event each. The brush's hand is a good one: it sees the best place
 * for each dab, changes its size with one event, and draws on without a release where it can.
 *
 * Prints JSON: for each mask, its errors and the events and the pixels left of each way.
 */
import { Correction } from "../webui/editor/correction.js";
import { findRegion } from "../webui/editor/fill.js";
import { VOID } from "../webui/editor/mask.js";
import { findSimilar } from "../webui/editor/wand.js";
import { drawScene, HEIGHT, photograph, random, spoil, WIDTH } from "./editor_scenes.js";

const MOST_LEFT = 0.02;
const TOLERANCE = 40;
/** A chamfer's distances are at most 8 % too long. */
const ROOM_SURE = 0.92;
/** From the 24 that a desk begins with, in steps of 4. */
const TOLERANCE_KEYS = 4;
/** Smaller errors are one or two dabs. */
const LEAST_FOR_WAND = 60;
const SIZES = [61, 41, 27, 17, 11, 7, 5, 3, 1];

class Hand {
  events = 0;
  #label = -1;
  #size = -1;
  /** Where the brush is held down. */
  #at = null;

  constructor(model, truth, picture) {
    this.correction = new Correction(model);
    this.truth = truth;
    this.picture = picture;
  }

  get mask() {
    return this.correction.mask;
  }

  isWrong(at) {
    return this.mask.labels[at] !== this.truth.labels[at];
  }

  countWrong() {
    return this.mask.labels.reduce((sum, _, at) => sum + Number(this.isWrong(at)), 0);
  }

  choose(label) {
    if (label !== this.#label) this.#act();
    this.#label = label;
  }

  useSize(size) {
    if (size !== this.#size) this.#act();
    this.#size = size;
  }

  /** A key, with the brush lifted. */
  #act() {
    this.lift();
    this.events++;
  }

  lift() {
    if (!this.#at) return;
    this.events++;
    this.#at = null;
    this.correction.endStroke();
  }

  /** Give a whole region the class: the pointer goes there, and a key. */
  assign(at) {
    this.lift();
    this.events += 2;
    this.correction.fillRegion(at % WIDTH, Math.floor(at / WIDTH), this.#label);
  }

  /** A click with the wand, taken back where it did more harm than good. */
  useWand({ label, pixels }) {
    this.choose(label);
    this.#act(); // the tool's key
    const at = pixels[Math.floor(pixels.length / 2)];
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    const before = this.countWrong();
    const { correction } = this;
    this.events += 3;
    correction.fillFound(findSimilar(this.picture, correction.model, x, y, TOLERANCE), label);
    if (before - this.countWrong() > pixels.length / 2) return;
    this.events++;
    correction.undo();
  }

  /** Draw on to a place where the way there is harmless, else lift the brush and press there. */
  paint(to, isAllowed) {
    if (!this.#at || !isHarmless(this.#at, to, isAllowed)) {
      this.lift();
      this.correction.beginStroke();
      this.events++;
      this.#at = to;
      this.events++;
    } else this.events++;
    const point = ({ x, y }) => ({ x: x + 0.5, y: y + 0.5 });
    this.correction.stroke(point(this.#at), point(to), this.#size, this.#label);
    this.#at = to;
  }
}

function isHarmless(from, to, isAllowed) {
  const steps = Math.max(1, Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    const x = Math.round(from.x + (to.x - from.x) * share);
    const y = Math.round(from.y + (to.y - from.y) * share);
    if (!isAllowed(x, y)) return false;
  }
  return true;
}

/** The wrong pixels, by what hangs together and is of one class in truth. */
function listErrors(hand) {
  const wrong = new Uint8Array(WIDTH * HEIGHT).fill(VOID);
  for (let at = 0; at < wrong.length; at++)
    if (hand.isWrong(at)) wrong[at] = hand.truth.labels[at];
  const map = { width: WIDTH, height: HEIGHT, labels: wrong };
  const errors = [];
  for (let at = 0; at < wrong.length; at++) {
    if (wrong[at] === VOID) continue;
    const label = wrong[at];
    const pixels = pixelsOf(findRegion(map, at % WIDTH, Math.floor(at / WIDTH)));
    for (const pixel of pixels) wrong[pixel] = VOID;
    errors.push({ label, pixels });
  }
  return errors;
}

function pixelsOf({ runs }) {
  const pixels = [];
  for (const { row, left, right } of runs)
    for (let column = left; column < right; column++) pixels.push(row * WIDTH + column);
  return pixels;
}

/** How far each pixel is from the nearest one that must not get this class. */
function roomFor(truth, label) {
  const room = new Float32Array(WIDTH * HEIGHT).fill(1e9);
  for (let at = 0; at < room.length; at++) if (truth.labels[at] !== label) room[at] = 0;
  // Two sweeps of a chamfer with the steps 1 and the root of 2.
  const reach = (at, from, step) => (room[at] = Math.min(room[at], room[from] + step));
  const sweep = (at, column, row, back) => {
    if (row >= 0 && row < HEIGHT) {
      reach(at, row * WIDTH + column, 1);
      if (column > 0) reach(at, row * WIDTH + column - 1, Math.SQRT2);
      if (column + 1 < WIDTH) reach(at, row * WIDTH + column + 1, Math.SQRT2);
    }
    const beside = column + back;
    if (beside >= 0 && beside < WIDTH) reach(at, at + back, 1);
  };
  for (let at = 0; at < room.length; at++) sweep(at, at % WIDTH, Math.floor(at / WIDTH) - 1, -1);
  for (let at = room.length - 1; at >= 0; at--)
    sweep(at, at % WIDTH, Math.floor(at / WIDTH) + 1, 1);
  return room;
}

/** How many pixels of `wanted` a dab covers. */
function gainOf({ x, y }, size, wanted) {
  const reach = Math.floor(size / 2);
  let gain = 0;
  for (let row = Math.max(0, y - reach); row <= Math.min(HEIGHT - 1, y + reach); row++) {
    const half = Math.floor(Math.sqrt((size / 2) ** 2 - (row - y) ** 2));
    const end = Math.min(WIDTH - 1, x + half);
    for (let column = Math.max(0, x - half); column <= end; column++)
      if (wanted.has(row * WIDTH + column)) gain++;
  }
  return gain;
}

/** The best place for a dab near one wanted pixel: a coarse look about, then a finer one. */
function bestNear(pixel, size, wanted, isAllowed) {
  let best = null;
  const look = (x, y) => {
    if (!isAllowed(x, y)) return;
    const gain = gainOf({ x, y }, size, wanted);
    if (gain > (best?.gain ?? 0)) best = { x, y, gain };
  };
  const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
  const reach = Math.floor(size / 2);
  const step = Math.max(1, Math.floor(reach / 2));
  for (let dy = -reach; dy <= reach; dy += step)
    for (let dx = -reach; dx <= reach; dx += step) look(x + dx, y + dy);
  return best;
}

/** Correct one error by the brush, from large dabs to small ones. */
function brushOver(hand, { label, pixels }) {
  const room = roomFor(hand.truth, label);
  const wanted = new Set(pixels.filter((at) => hand.isWrong(at)));
  if (wanted.size <= MOST_LEFT * pixels.length) return;
  hand.choose(label);
  for (const size of SIZES) {
    const isAllowed = (x, y) =>
      x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT && ROOM_SURE * room[y * WIDTH + x] > size / 2;
    // A dab that brings less than a sixth of itself waits for a smaller brush.
    const least = Math.max(1, (size * size) / 6);
    for (const pixel of pixels) {
      if (wanted.size <= MOST_LEFT * pixels.length) return;
      if (!wanted.has(pixel)) continue;
      const best = bestNear(pixel, size, wanted, isAllowed);
      if (!best || best.gain < least) continue;
      hand.useSize(size);
      hand.paint(best, isAllowed);
      for (const one of pixels) if (!hand.isWrong(one)) wanted.delete(one);
    }
  }
}

/** A region of the mask of which every pixel belongs to the error. */
function wholeRegionIn(hand, { pixels }) {
  const own = new Set(pixels);
  const at = pixels[Math.floor(pixels.length / 2)];
  const region = findRegion(hand.mask, at % WIDTH, Math.floor(at / WIDTH));
  return region && pixelsOf(region).every((one) => own.has(one)) ? at : null;
}

function correctByBrush(hand) {
  for (const error of listErrors(hand)) brushOver(hand, error);
  hand.lift();
}

function correctByRegions(hand) {
  for (const error of listErrors(hand)) {
    const whole = wholeRegionIn(hand, error);
    if (whole !== null) {
      hand.choose(error.label);
      hand.assign(whole);
    }
    brushOver(hand, error);
  }
  hand.lift();
}

function correctWithTools(hand) {
  hand.events += TOLERANCE_KEYS;
  for (const error of listErrors(hand)) {
    const whole = wholeRegionIn(hand, error);
    if (whole !== null) {
      hand.choose(error.label);
      hand.assign(whole);
    } else if (error.pixels.length > LEAST_FOR_WAND) hand.useWand(error);
    brushOver(hand, error);
  }
  hand.lift();
}

/** @param {number} seed */
function runItem(seed) {
  const next = random(seed);
  const truth = drawScene(next);
  const model = spoil(truth, next);
  const picture = photograph(truth, next);
  const result = { seed };
  for (const [name, correct] of [
    ["brush", correctByBrush],
    ["regions", correctByRegions],
    ["tools", correctWithTools],
  ]) {
    const hand = new Hand(model, truth, picture);
    result.wrong = hand.countWrong();
    correct(hand);
    result[name] = { events: hand.events, left: hand.countWrong() };
  }
  return result;
}

const count = Number(process.argv[2] ?? 20);
const first = Number(process.argv[3] ?? 1);
console.log(JSON.stringify(Array.from({ length: count }, (_, index) => runItem(first + index))));
