/**
 * What helps to correct an item, and comes after picture and mask: superpixels, second-best classes.
 *
 * Until an editor wants them they stay as the service gave them: that is small, and this browser can
 * keep it.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 * @typedef {import("../../client/items.js").Aids} Aids
 */

import * as api from "../../client/items.js";
import { HEAT_STRIDE } from "../../editor/layers.js";
import { SecondBest } from "../../editor/second-best.js";
import { decodeSuperpixels, Superpixels } from "../../editor/superpixels.js";
import { idleTime } from "./idle.js";

/** @type {Aids} */
const NO_AIDS = { superpixels: null, second: null };

/**
 * Those of an item; what is there already is not asked for again.
 *
 * @param {Item} item @param {Aids} [had] @returns {Promise<Aids>} null: there are none, or none to be had
 */
export async function fetchAids(item, had = NO_AIDS) {
  const [superpixels, second] = await Promise.all([
    had.superpixels ?? (item.has_superpixels ? api.getSuperpixels(item).catch(() => null) : null),
    had.second ?? (item.has_second ? api.getSecond(item).catch(() => null) : null),
  ]);
  return { superpixels, second };
}

/**
 * Nobody waits for them: the desk works without, and says so.
 *
 * @param {import("../../editor/editor.js").Editor} editor
 * @param {Item} item
 * @param {Promise<Aids>} [ahead] what was asked for before
 * @param {() => boolean} [isOpen] whether the editor is still the one on screen
 * @returns {Promise<Aids>} those that it got
 */
export async function addAids(editor, item, ahead, isOpen = () => true) {
  editor.superpixels = item.has_superpixels ? undefined : null;
  editor.second = item.has_second ? undefined : null;
  const aids = await fetchAids(item, await ahead);
  const { superpixels, second } = aids;
  const cells = superpixels && (await decodeSuperpixels(superpixels).catch(() => null));
  await idleTime();
  if (!isOpen()) return aids;
  editor.setSuperpixels(cells && new Superpixels(cells, item.image));
  editor.setSecond(second && new SecondBest(second.classes, second.chances, HEAT_STRIDE));
  return aids;
}
