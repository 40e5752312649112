/** A learning curve: each training with its name, the fitted curve's interval, lines to read it by. */

import { percent } from "../format.js";
import { h } from "../vendor/preact.js";
import { axis, Plot } from "./plot.js";

/**
 * @typedef {import("../vendor/uplot.js").default} uPlot
 * @typedef {import("./plot.js").Token} Token
 * @typedef {{x: number, y: number, name: string}} CurvePoint
 * @typedef {{x: number, low: number, high: number}} BandPoint
 * @typedef {{name: string, y: number}} Line
 * @typedef {{points: CurvePoint[], band: BandPoint[], lines: Line[], xLabel: string, yLabel: string, isWhole: boolean}} Shown
 *     `isWhole`: between two whole numbers of the x axis there is nothing
 */

const HEIGHT = 264;
/** Names closer than this, in CSS pixels, would lie over one another. */
const NAME_ROOM = 58;

/** @param {Shown & {label: string}} props */
export function Curve({ label, ...shown }) {
  const { points, lines } = shown;
  const words = [
    ...points.map(({ x, y, name }) => `${name}, ${Number(x.toFixed(2))}: ${percent(y)}`),
    ...lines.map(({ y, name }) => `${name}: ${percent(y)}`),
  ].join("; ");
  return h(Plot, { shown, label: `${label}. ${words}`, draw: (token) => drawing(shown, token) });
}

/** @param {Shown} shown @param {Token} token @returns {import("./plot.js").Drawing} */
function drawing(shown, token) {
  const { points, band, lines, xLabel, yLabel, isWhole } = shown;
  const [low, high] = xRange(shown);
  const accent = token("--accent");
  const edge = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: true };
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
  return {
    columns: columns(points, band, lines, [low, high]),
    options: {
      height: HEIGHT,
      padding: [24, 28, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: () => [low, high] }, y: { range: yRange } },
      axes: [
        {
          ...axis(token),
          grid: { stroke: "transparent" },
          label: xLabel,
          labelSize: 20,
          size: 28,
          incrs: isWhole ? steps : [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...steps],
          // The room beside the first point reaches below zero, where nothing can be.
          values: (_chart, splits) => splits.map((value) => (value < 0 ? "" : short(value))),
        },
        { ...axis(token), label: yLabel, labelSize: 18, size: 34 },
      ],
      bands: [{ series: [2, 3], fill: token("--accent-soft") }],
      series: [
        {},
        {
          stroke: accent,
          width: 2,
          spanGaps: true,
          points: { show: true, size: 8, fill: token("--panel"), stroke: accent },
        },
        edge,
        edge,
        ...lines.map(() => ({
          stroke: token("--control"),
          width: 1.5,
          dash: [6, 4],
          spanGaps: true,
          points: { show: false },
        })),
      ],
      hooks: {
        draw: [(chart) => writeNames(chart, points, token), (chart) => writeLines(chart, lines, token)],
      },
    },
  };
}

/**
 * One column for x, one for the points, two for the band, one for each line; in per cent.
 *
 * @param {CurvePoint[]} points @param {BandPoint[]} band @param {Line[]} lines @param {[number, number]} ends
 * @returns {import("./plot.js").Columns}
 */
function columns(points, band, lines, ends) {
  /** @type {Array<{x: number, y?: number, low?: number, high?: number}>} */
  const places = [...points.map(({ x, y }) => ({ x, y })), ...band, ...ends.map((x) => ({ x }))];
  places.sort((a, b) => a.x - b.x);
  const column = (/** @type {"y" | "low" | "high"} */ name) =>
    places.map((place) => (place[name] === undefined ? null : Number(place[name]) * 100));
  return [
    places.map(({ x }) => x),
    column("y"),
    column("high"),
    column("low"),
    ...lines.map(({ y }) => places.map(() => y * 100)),
  ];
}

/** @param {number} value */
function short(value) {
  return String(Number(value.toFixed(2)));
}

/** @param {Shown} shown @returns {[number, number]} labels: at least ten wide */
function xRange({ points, band, isWhole }) {
  const all = [...points, ...band].map(({ x }) => x);
  const low = Math.min(...all);
  const high = Math.max(isWhole ? low + 10 : low, ...all);
  const room = Math.max(isWhole ? 1 : 0.001, (high - low) * 0.06);
  return [low - room, high + room];
}

/** @param {uPlot} _chart @param {number} low @param {number} high @returns {[number, number]} */
function yRange(_chart, low, high) {
  const room = Math.max(2, (high - low) * 0.2);
  return [
    Math.max(0, Math.floor((low - room) / 5) * 5),
    Math.min(100, Math.ceil((high + room) / 5) * 5),
  ];
}

/** From the newest backwards, those that have room. @param {uPlot} chart @param {CurvePoint[]} points @param {Token} token */
function writeNames(chart, points, token) {
  const { ctx } = chart;
  let free = Number.POSITIVE_INFINITY;
  ctx.save();
  ctx.textAlign = "center";
  for (const { x, y, name } of [...points].reverse()) {
    const [left, top] = [chart.valToPos(x, "x", true), chart.valToPos(y * 100, "y", true)];
    if (left > free) continue;
    free = left - NAME_ROOM * devicePixelRatio;
    ctx.fillStyle = token("--text");
    ctx.font = `600 ${11 * devicePixelRatio}px ${token("--font")}`;
    ctx.fillText(percent(y), left, top - 12 * devicePixelRatio);
    ctx.fillStyle = token("--muted");
    ctx.font = `${11 * devicePixelRatio}px ${token("--font")}`;
    ctx.fillText(name, left, top + 20 * devicePixelRatio);
  }
  ctx.restore();
}

/** @param {uPlot} chart @param {Line[]} lines @param {Token} token */
function writeLines(chart, lines, token) {
  const { ctx } = chart;
  ctx.save();
  ctx.textAlign = "right";
  ctx.fillStyle = token("--muted");
  ctx.font = `${11 * devicePixelRatio}px ${token("--font")}`;
  const { left, width } = chart.bbox;
  for (const { name, y } of lines)
    ctx.fillText(
      `${name} ${percent(y)}`,
      left + width - 4 * devicePixelRatio,
      chart.valToPos(y * 100, "y", true) - 6 * devicePixelRatio,
    );
  ctx.restore();
}
