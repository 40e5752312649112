/** What a label is called, and what is said with it. */

import * as texts from "../../texts.js";

/** @param {ReadonlyArray<{id: number, name: string}>} classes @param {number} label */
export function nameOf(classes, label) {
  if (label === 255) return texts.desk.void;
  return classes.find(({ id }) => id === label)?.name ?? texts.desk.unknownClass(label);
}

/**
 * What a submission has changed, in a line.
 *
 * @param {import("../../client/types.d.ts").Submission} submission
 * @param {readonly import("../../client/types.d.ts").LabelClass[]} classes
 */
export function saidOf({ changed_share: share, by_class: [most] }, classes) {
  const mostly = most && texts.desk.fromTo(nameOf(classes, most.from), nameOf(classes, most.to));
  return texts.desk.submitted(share, mostly ?? null);
}
