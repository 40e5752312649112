/** A reliability plot: how often the model was right where it was so sure, against the diagonal. */

import { percent } from "../format.js";
import { h } from "../vendor/preact.js";
import { axis, Plot } from "./plot.js";

/** @typedef {{confidence: number, accuracy: number, share: number}} Bin */

const HEIGHT = 220;

/** @param {{bins: Bin[], xLabel: string, yLabel: string, label: string}} props */
export function Reliability({ bins, xLabel, yLabel, label }) {
  const words = bins
    .map(({ confidence, accuracy }) => `${percent(confidence, 0)}: ${percent(accuracy, 0)}`)
    .join("; ");
  return h(Plot, {
    shown: [bins, xLabel, yLabel],
    label: `${label}. ${words}`,
    draw: (token) => drawing(bins, { xLabel, yLabel }, token),
  });
}

/** @param {Bin[]} bins @param {{xLabel: string, yLabel: string}} labels @param {import("./plot.js").Token} token @returns {import("./plot.js").Drawing} */
function drawing(bins, { xLabel, yLabel }, token) {
  const accent = token("--accent");
  const low = Math.floor(Math.min(...bins.flatMap((bin) => [bin.confidence, bin.accuracy])) * 10) * 10;
  const places = [
    { x: low, y: null },
    ...bins.map(({ confidence, accuracy }) => ({ x: confidence * 100, y: accuracy * 100 })),
    { x: 100, y: null },
  ];
  const scale = { time: false, range: () => /** @type {[number, number]} */ ([low, 100]) };
  const values = (/** @type {unknown} */ _chart, /** @type {number[]} */ splits) =>
    splits.map((value) => `${value} %`);
  return {
    columns: [places.map(({ x }) => x), places.map(({ x }) => x), places.map(({ y }) => y)],
    options: {
      height: HEIGHT,
      padding: [12, 20, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: scale, y: { range: scale.range } },
      axes: [
        { ...axis(token), label: xLabel, labelSize: 20, size: 28, values },
        { ...axis(token), label: yLabel, labelSize: 20, size: 48, values },
      ],
      bands: [{ series: [1, 2], fill: token("--accent-soft"), dir: 0 }],
      series: [
        {},
        { stroke: token("--control"), width: 1.5, dash: [6, 4], points: { show: false } },
        {
          stroke: accent,
          width: 2,
          spanGaps: true,
          points: { show: true, size: 6, fill: token("--panel"), stroke: accent },
        },
      ],
    },
  };
}
