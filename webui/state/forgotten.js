/**
 * Work in this browser that nobody came back to for weeks.
 *
 * What the service has, pixel for pixel, as a draft or as a label, is dropped here. Nothing else is:
 * its person is told of it, and decides.
 *
 * @typedef {{itemId: string, name: string, keptAt: number, isFree: boolean}} Forgotten
 *   `name` is empty where the image is no longer to be seen; `isFree` where it may be gone on with
 */

import { ApiError } from "../client/request.js";
import * as api from "../client/items.js";
import { takeOverCorrections } from "./corrections.js";
import { dropStrokes, listOldStrokes, StrokeLog } from "./strokes.js";

/**
 * @param {string} userId @param {string} projectId @param {number} now milliseconds
 * @returns {Promise<Forgotten[]>} of this project, and of what is no longer to be seen
 */
export async function findForgotten(userId, projectId, now) {
  await takeOverCorrections();
  const found = [];
  for (const itemId of await listOldStrokes(userId, now)) {
    const kept = await StrokeLog.read(userId, itemId);
    const item = await unlessRefused(api.getItem(itemId));
    const isThere = !kept || (item !== null && (await hasService(itemId, kept.labels)));
    if (isThere) await dropStrokes(userId, itemId);
    else if (!item || item.project_id === projectId)
      found.push({ itemId, name: item?.image.name ?? "", keptAt: kept.keptAt, isFree: item?.state === "open" });
  }
  return found;
}

/** @param {string} itemId @param {Uint8Array} labels */
async function hasService(itemId, labels) {
  const revisions = await Promise.all([
    unlessRefused(api.getDraft({ id: itemId })),
    unlessRefused(api.getMask({ id: itemId })),
  ]);
  return revisions.some((one) => one !== null && isSame(one.mask.labels, labels));
}

/** @param {Uint8Array} one @param {Uint8Array} other */
const isSame = (one, other) => one.length === other.length && one.every((label, at) => label === other[at]);

/** @template T @param {Promise<T>} asked @returns {Promise<T | null>} null where this person may not, or no longer, see it */
function unlessRefused(asked) {
  return asked.catch((error) => {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  });
}
