/**
 * The requests of the images' pages.
 *
 * @typedef {import("./data.d.ts").Image} Image
 * @typedef {import("./data.d.ts").InRound} InRound
 * @typedef {import("./data.d.ts").Revision} Revision
 * @typedef {import("../editor/mask.js").Mask} Mask
 */

import { decodeLabels, MEDIA_TYPE } from "../editor/codec.js";
import { ApiError, call, get, list, request } from "./request.js";

/** The API's most for one act. */
export const MOST_GROUPED = 1000;

/** @param {string} imageId @returns {Promise<Image>} */
export function getImage(imageId) {
  return get(`/images/${imageId}`);
}

/** Have jobs use it again. @param {string} imageId @returns {Promise<Image>} */
export function takeBack(imageId) {
  return call("POST", `/images/${imageId}/take-back`);
}

/** @param {string} imageId @returns {Promise<InRound[]>} newest first */
export function listRounds(imageId) {
  return get(`/images/${imageId}/rounds`);
}

/** @param {string} imageId @returns {Promise<Revision[]>} newest first */
export function listRevisions(imageId) {
  return list(`/images/${imageId}/masks?limit=200`);
}

/** @param {string} maskId @param {number} replaces the newest revision @returns {Promise<{revision: number}>} */
export function restore(maskId, replaces) {
  return call("POST", `/masks/${maskId}/restore`, { headers: { "If-Match": `"${replaces}"` } });
}

/** @param {string} projectId @param {string[]} ids @param {string | null} group */
export function putInGroup(projectId, ids, group) {
  return call("PUT", `/projects/${projectId}/images/group`, { json: { image_ids: ids, group } });
}

/** @param {string} imageId @param {InRound[]} rounds @returns {Promise<Mask | null>} what the model sees: the serving one, else the last that asked */
export async function getModelMask(imageId, rounds) {
  const item = rounds.find(({ item_id: id }) => id !== null)?.item_id;
  return (
    (await readMask(`/images/${imageId}/prediction`)) ??
    (item ? readMask(`/items/${item}/prediction`) : null)
  );
}

/** @param {string} path @returns {Promise<Mask | null>} null where there is none */
export async function readMask(path) {
  try {
    const response = await request("GET", path, { accept: MEDIA_TYPE });
    return await decodeLabels(new Uint8Array(await response.arrayBuffer()));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
