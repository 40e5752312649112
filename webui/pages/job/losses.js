/** The losses of a training, step by step. */

import { get } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { axis, Plot } from "../../components/plot.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useState } from "../../vendor/preact.js";

/**
 * @typedef {{name: string, steps: number[], values: number[]}} Series
 * @typedef {{stroke: string, dash?: number[]}} Pen
 */

const HEIGHT = 240;
const PREFIX = /^loss\//;
/** Told apart without colour too. @type {Pen[]} */
const PENS = [
  { stroke: "--series-1" },
  { stroke: "--series-2", dash: [7, 3] },
  { stroke: "--series-3", dash: [2, 3] },
  { stroke: "--series-4", dash: [9, 3, 2, 3] },
  { stroke: "--series-5", dash: [4, 4] },
];

/** @param {number} index */
const penOf = (index) => PENS[index % PENS.length];

/** @param {{jobId: string}} props */
export function Losses({ jobId }) {
  const [series, setSeries] = useState(/** @type {Series[]} */ ([]));
  useEffect(() => {
    get(`/jobs/${jobId}/metrics`).then(
      (/** @type {{series: Series[]}} */ found) => setSeries(shownOf(found.series)),
      () => setSeries([]),
    );
  }, [jobId]);
  if (series.length === 0) return null;
  const words = series.map((one) => `${one.name} ${lastOf(one)}`).join("; ");
  return h(Card, {
    title: texts.jobs.losses,
    children: html`${h(Plot, { shown: series, label: `${texts.jobs.losses}. ${words}`, draw: (token) => drawing(series, token) })}
      <p class="legend">
        ${series.map(
          (one, index) => html`<span key=${one.name}>
            <svg class="legend-pen" viewBox="0 0 28 6" width="28" height="6" aria-hidden="true">
              <path d="M0 3h28" style=${{ stroke: `var(${penOf(index).stroke})`, strokeDasharray: penOf(index).dash?.join(" ") }} />
            </svg>
            ${one.name} <span class="figure">${lastOf(one)}</span>
          </span>`,
        )}
      </p>`,
  });
}

/** Those that have a course, the highest first, as the lines then lie. @param {Series[]} series */
function shownOf(series) {
  return series
    .filter(({ steps }) => steps.length > 1)
    .map((one) => ({ ...one, name: one.name.replace(PREFIX, "") }))
    .sort((a, b) => Math.max(...b.values) - Math.max(...a.values));
}

/** @param {Series} series */
const lastOf = ({ values }) => values.at(-1)?.toFixed(3) ?? "";

/** @param {Series[]} series @param {import("../../components/plot.js").Token} token @returns {import("../../components/plot.js").Drawing} */
function drawing(series, token) {
  return {
    columns: columns(series),
    options: {
      height: HEIGHT,
      padding: [12, 16, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_chart, _low, high) => [0, high * 1.05] } },
      axes: [
        { ...axis(token), grid: { stroke: "transparent" }, label: texts.jobs.step, labelSize: 20, size: 28 },
        { ...axis(token), label: texts.jobs.loss, labelSize: 20, size: 40 },
      ],
      series: [
        {},
        ...series.map((_one, index) => ({
          ...penOf(index),
          stroke: token(penOf(index).stroke),
          width: 1.75,
          spanGaps: true,
          points: { show: false },
        })),
      ],
    },
  };
}

/** One row of steps for all curves. @param {Series[]} series @returns {import("../../components/plot.js").Columns} */
function columns(series) {
  const steps = [...new Set(series.flatMap((one) => one.steps))].sort((a, b) => a - b);
  return [
    steps,
    ...series.map((one) => {
      const at = new Map(one.steps.map((step, index) => [step, one.values[index]]));
      return steps.map((step) => at.get(step) ?? null);
    }),
  ];
}
