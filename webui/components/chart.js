/** A curve of mIoU against labels, each point with its name and figure. */

import { percent } from "../format.js";
import { theme } from "../state/theme.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import uPlot from "../vendor/uplot.js";

/** @typedef {{x: number, y: number, name: string}} CurvePoint */

const HEIGHT = 248;

/** @param {{points: CurvePoint[], xLabel: string, label: string}} props */
export function Curve({ points, xLabel, label }) {
  const host = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = theme.value;
  const drawn = JSON.stringify(points);
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const chart = new uPlot(
      options(element.clientWidth, JSON.parse(drawn), xLabel),
      [points.map(({ x }) => x), points.map(({ y }) => y * 100)],
      element,
    );
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [drawn, chosen, xLabel]);
  const words = points.map(({ x, y, name }) => `${name}, ${x}: ${percent(y)}`).join("; ");
  return html`<div class="curve" ref=${host} role="img" aria-label=${`${label}. ${words}`}></div>`;
}

/** @param {string} name @returns {string} */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * @param {number} width @param {CurvePoint[]} points @param {string} xLabel
 * @returns {import("../vendor/uplot.js").Options}
 */
function options(width, points, xLabel) {
  const [muted, line, accent, panel] = ["--muted", "--line", "--accent", "--panel"].map(token);
  const font = `11px ${token("--font")}`;
  const axis = {
    stroke: muted,
    font,
    grid: { stroke: line, width: 1 },
    ticks: { show: false, stroke: line, size: 4 },
  };
  return {
    width,
    height: HEIGHT,
    padding: [24, 24, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: () => xRange(points) }, y: { range: yRange } },
    axes: [
      {
        ...axis,
        grid: { stroke: "transparent" },
        label: xLabel,
        labelFont: font,
        labelSize: 20,
        size: 28,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        // The room beside the first point reaches below zero, where no label can be.
        values: (_chart, splits) => splits.map((value) => (value < 0 ? "" : String(value))),
      },
      { ...axis, size: 44, values: (_chart, splits) => splits.map((value) => `${value} %`) },
    ],
    series: [
      {},
      { stroke: accent, width: 2, points: { show: true, size: 8, fill: panel, stroke: accent } },
    ],
    hooks: { draw: [(chart) => writeNames(chart, points)] },
  };
}

/** @param {CurvePoint[]} points @returns {[number, number]} at least ten labels wide */
function xRange(points) {
  const low = points[0].x;
  const high = Math.max(low + 10, points[points.length - 1].x);
  const room = Math.max(1, (high - low) * 0.06);
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

/** @param {uPlot} chart @param {CurvePoint[]} points */
function writeNames(chart, points) {
  const { ctx } = chart;
  ctx.save();
  ctx.textAlign = "center";
  for (const { x, y, name } of points) {
    const [left, top] = [chart.valToPos(x, "x", true), chart.valToPos(y * 100, "y", true)];
    ctx.fillStyle = token("--text");
    ctx.font = `600 ${11 * devicePixelRatio}px ${token("--font")}`;
    ctx.fillText(percent(y), left, top - 12 * devicePixelRatio);
    ctx.fillStyle = token("--muted");
    ctx.font = `${11 * devicePixelRatio}px ${token("--font")}`;
    ctx.fillText(name, left, top + 20 * devicePixelRatio);
  }
  ctx.restore();
}
