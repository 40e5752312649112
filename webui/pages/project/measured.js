/** A project's trainings as plots and words name them. */

import * as texts from "../../texts.js";

/**
 * @typedef {import("../../client/types.d.ts").Metrics} Metrics
 * @typedef {import("../../client/types.d.ts").MeasuredSplit} MeasuredSplit
 * @typedef {{name: string, number: number, labels: number, minutes: number | null, pixels: number, miou: number,
 *            perClass: import("../../client/types.d.ts").ClassScore[]}} Measured
 */

/** Those that were measured on the split that the figures are of, in their order. @param {Metrics} metrics @returns {Measured[]} */
export function measured(metrics) {
  return metrics.rounds.flatMap((training) => {
    const found = training[metrics.split];
    if (!found || found.miou === null) return [];
    const { number, stage, labels_spent: labels, minutes_spent: minutes, pixels_spent: pixels } = training;
    const name = stage === "warm_up" ? texts.project.warmUp : texts.project.roundName(number);
    return [{ name, number, labels, minutes, pixels, miou: found.miou, perClass: found.per_class }];
  });
}

/** What some training was measured on. @param {Metrics} metrics @returns {MeasuredSplit[]} */
export function splitsOf({ rounds }) {
  return /** @type {MeasuredSplit[]} */ (["test", "validation"]).filter((split) =>
    rounds.some((training) => training[split]),
  );
}

/** Changes with every new training: what was asked of the newest model is asked anew. @param {Metrics} metrics */
export function versionOf(metrics) {
  return measured(metrics).length;
}
