/**
 * What changes between two versions of a class list.
 *
 * @typedef {import("../../client/types.d.ts").LabelClass} LabelClass
 * @typedef {{added: number, removed: number, renamed: number, recoloured: number, count: number}} Changes
 */

/** @param {readonly LabelClass[]} before @param {readonly LabelClass[]} after @returns {Changes} */
export function changesOf(before, after) {
  const earlier = new Map(before.map((one) => [one.id, one]));
  const ids = new Set(after.map(({ id }) => id));
  const both = after.filter(({ id }) => earlier.has(id));
  const added = after.length - both.length;
  const removed = before.filter(({ id }) => !ids.has(id)).length;
  const renamed = both.filter(({ id, name }) => earlier.get(id)?.name !== name).length;
  const recoloured = both.filter(({ id, colour }) => earlier.get(id)?.colour !== colour).length;
  return { added, removed, renamed, recoloured, count: added + removed + renamed + recoloured };
}

/** An id that no class has had: one that was removed keeps its meaning in the masks that hold it. @param {readonly LabelClass[]} before @param {readonly LabelClass[]} after */
export function nextId(before, after) {
  return Math.max(-1, ...before.map(({ id }) => id), ...after.map(({ id }) => id)) + 1;
}

/** The key that the desk gives the class at a place of the list. @param {number} place @returns {string} */
export function keyOf(place) {
  if (place < 9) return String(place + 1);
  if (place === 9) return "0";
  return place < 19 ? `⇧${place - 9}` : "/";
}
