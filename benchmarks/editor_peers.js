/**
 * The editor beside two plain ways of keeping a mask, in one browser on one picture.
 *
 * Shapes: each stroke is kept as a shape, and each move paints all of them again. Regions: each
 * region has an RGBA canvas of the picture's size, and each move composes them again. All three
 * take the same 500 strokes, then the same 500 moves; the time of those moves is summed, until the
 * pixels are there.
 */
import { Correction } from "/editor/correction.js";
import { MaskLayer } from "/editor/mask-layer.js";
import { createMask } from "/editor/mask.js";
import { colourRect, lookupTable } from "/editor/render.js";

const SIZE = 18;
const CLASSES = 8;
const STROKES = 500;
const MOVES_OF_STROKE = 6;
const MOVES = 500;

const colours = Array.from({ length: CLASSES }, (_, id) => `#${(0x30 + id * 0x18).toString(16)}8040`);

/** Points of a stroke that wanders on; the same for each way. */
function* wander(count, seed) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  let [x, y] = [next() * 2048, next() * 1024];
  for (let at = 0; at < count; at++) {
    yield { x, y };
    x = Math.min(2040, Math.max(8, x + (next() - 0.5) * 24));
    y = Math.min(1016, Math.max(8, y + (next() - 0.5) * 24));
  }
}

function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function ours(width, height) {
  const correction = new Correction(createMask(width, height, 0));
  const layer = new MaskLayer({ width, height });
  const table = lookupTable(colours.map((colour, id) => ({ id, name: "", colour })));
  const whole = { left: 0, top: 0, right: width, bottom: height };
  const { mask, model } = correction;
  let last = null;
  return {
    begin: () => correction.beginStroke(),
    move(point, label, isShown) {
      layer.spoil(correction.stroke(last ?? point, point, SIZE, label));
      last = point;
      if (!isShown) return;
      layer.draw(whole, (pixels, across, rect) =>
        colourRect(pixels, across, mask, model, "mine", table, rect),
      );
      layer.canvases.forEach((canvas) => canvas.getContext("2d").getImageData(0, 0, 1, 1));
    },
    end() {
      last = null;
      correction.endStroke();
    },
  };
}

function trace(context, points, label) {
  context.strokeStyle = colours[label];
  context.beginPath();
  context.moveTo(points[0].x, points[0].y);
  for (const { x, y } of points) context.lineTo(x, y);
  context.stroke();
}

function brushOn(context) {
  Object.assign(context, { lineWidth: SIZE, lineCap: "round", lineJoin: "round" });
  return context;
}

function shapes(width, height) {
  const context = brushOn(canvasOf(width, height).getContext("2d"));
  const kept = [];
  return {
    begin: () => kept.push({ points: [], label: 0 }),
    move(point, label, isShown) {
      const shape = kept.at(-1);
      shape.points.push(point);
      shape.label = label;
      if (!isShown) return;
      context.clearRect(0, 0, width, height);
      for (const one of kept) trace(context, one.points, one.label);
      context.getImageData(0, 0, 1, 1);
    },
    end() {},
  };
}

function regions(width, height) {
  const shown = canvasOf(width, height).getContext("2d");
  const layers = colours.map(() => brushOn(canvasOf(width, height).getContext("2d")));
  let last = null;
  return {
    begin: () => (last = null),
    move(point, label, isShown) {
      layers.forEach((layer, id) => {
        // Regions exclude each other: what one gains, the others lose.
        layer.globalCompositeOperation = id === label ? "source-over" : "destination-out";
        trace(layer, [last ?? point, point], id);
      });
      last = point;
      if (!isShown) return;
      shown.clearRect(0, 0, width, height);
      for (const layer of layers) shown.drawImage(layer.canvas, 0, 0);
      shown.getImageData(0, 0, 1, 1);
    },
    end() {},
  };
}

/** The strokes before are kept and not shown; of each move, each way reads a pixel back, which waits for what a browser puts off. */
function measure(make, { width, height, strokes, moves }) {
  const way = make(width, height);
  for (let stroke = 0; stroke < strokes; stroke++) {
    way.begin();
    for (const point of wander(MOVES_OF_STROKE, stroke + 1)) way.move(point, stroke % CLASSES, false);
    way.end();
  }
  way.begin();
  let spent = 0;
  for (const point of wander(moves, 7)) {
    const start = performance.now();
    way.move(point, 3, true);
    spent += performance.now() - start;
  }
  way.end();
  return spent;
}

window.comparePeers = (short = {}) => {
  const given = { width: 2048, height: 1024, strokes: STROKES, moves: MOVES, ...short };
  return {
    ours: measure(ours, given),
    shapes: measure(shapes, given),
    regions: measure(regions, given),
  };
};
