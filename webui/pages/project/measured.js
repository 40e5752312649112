/** A project's trainings as plots and words name them. */

import * as texts from "../../texts.js";

/**
 * @typedef {{name: string, number: number, labels: number, minutes: number | null, pixels: number, miou: number,
 *            perClass: import("../../client/types.d.ts").ClassScore[]}} Measured
 */

/** Those that were measured on test, in their order. @param {import("../../client/types.d.ts").Metrics} metrics @returns {Measured[]} */
export function measured(metrics) {
  return metrics.rounds.flatMap(
    ({ number, stage, labels_spent: labels, minutes_spent: minutes, pixels_spent: pixels, test }) =>
      test
        ? [
            {
              name: stage === "warm_up" ? texts.project.warmUp : texts.project.roundName(number),
              number,
              labels,
              minutes,
              pixels,
              miou: test.miou,
              perClass: test.per_class,
            },
          ]
        : [],
  );
}

/** Changes with every new training: what was asked of the newest model is asked anew. @param {import("../../client/types.d.ts").Metrics} metrics */
export function versionOf(metrics) {
  return measured(metrics).length;
}
