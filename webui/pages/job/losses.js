/** The losses of a training, step by step. */

import { get } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { theme } from "../../state/theme.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useRef, useState } from "../../vendor/preact.js";
import uPlot from "../../vendor/uplot.js";

/** @typedef {{name: string, steps: number[], values: number[]}} Series */

const HEIGHT = 220;
const STROKES = ["--accent", "--good", "--warn", "--bad", "--muted"];

/** @param {{jobId: string}} props */
export function Losses({ jobId }) {
  const [series, setSeries] = useState(/** @type {Series[]} */ ([]));
  const host = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = theme.value;
  useEffect(() => {
    get(`/jobs/${jobId}/metrics`).then(
      (/** @type {{series: Series[]}} */ found) =>
        setSeries(found.series.filter(({ steps }) => steps.length > 1)),
      () => setSeries([]),
    );
  }, [jobId]);
  useEffect(() => {
    const element = host.current;
    if (!element || series.length === 0) return undefined;
    const chart = new uPlot(options(element.clientWidth, series), table(series), element);
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [series, chosen]);
  if (series.length === 0) return null;
  const words = series.map(({ name, values }) => `${name} ${values.at(-1)?.toFixed(3)}`).join("; ");
  return h(Card, {
    title: texts.jobs.losses,
    children: html`<div class="curve" ref=${host} role="img" aria-label=${`${texts.jobs.losses}. ${words}`}></div>`,
  });
}

/** One row of steps for all curves. @param {Series[]} series @returns {any} */
function table(series) {
  const steps = [...new Set(series.flatMap((one) => one.steps))].sort((a, b) => a - b);
  const columns = series.map((one) => {
    const at = new Map(one.steps.map((step, index) => [step, one.values[index]]));
    return steps.map((step) => at.get(step) ?? null);
  });
  return [steps, ...columns];
}

/** @param {number} width @param {Series[]} series @returns {any} */
function options(width, series) {
  const token = (/** @type {string} */ name) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = {
    stroke: token("--muted"),
    font: `11px ${token("--font")}`,
    grid: { stroke: token("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { live: false },
    cursor: { show: false },
    scales: { x: { time: false } },
    axes: [{ ...axis, label: texts.jobs.step, labelSize: 20, size: 28 }, { ...axis, size: 48 }],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: token(STROKES[index % STROKES.length]),
        width: 1.5,
        spanGaps: true,
        points: { show: false },
      })),
    ],
  };
}
