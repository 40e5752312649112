/** A model's scores, as lists and cards show them. */

import { percent } from "../../format.js";

/** @typedef {import("../../client/types.d.ts").Model} Model */

/** @param {Model} model @param {string} split @returns {number | null} */
export function miouOf(model, split) {
  return model.evaluations?.find((one) => one.split === split)?.miou ?? null;
}

/** @param {number | null} miou */
export const shownMiou = (miou) => (miou === null ? "–" : percent(miou));
