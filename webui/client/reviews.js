/**
 * The reviews' requests: what waits, one submitted mask, and the three verdicts.
 *
 * @typedef {import("./types.d.ts").Submitted} Submitted
 * @typedef {import("./types.d.ts").Review} Review
 * @typedef {import("./types.d.ts").Remark} Remark
 * @typedef {import("../editor/mask.js").Mask} Mask
 */

import { decodeLabels, encodeLabels, MEDIA_TYPE } from "../editor/codec.js";
import { call, get, list, request } from "./request.js";

/** @param {string} projectId @returns {Promise<Submitted[]>} oldest first */
export function listWaiting(projectId) {
  return list(`/projects/${projectId}/reviews`);
}

/** @param {string} maskId @returns {Promise<Mask>} */
export async function getRevision(maskId) {
  const response = await request("GET", `/masks/${maskId}`, { accept: MEDIA_TYPE });
  return decodeLabels(new Uint8Array(await response.arrayBuffer()));
}

/** @param {string} itemId @returns {Promise<Review[]>} newest first */
export function listReviews(itemId) {
  return get(`/items/${itemId}/reviews`);
}

/** @param {Submitted} submitted @returns {Promise<Review>} */
export function approve(submitted) {
  return call("POST", `/items/${submitted.item_id}/approve`, { headers: seen(submitted) });
}

/** @param {Submitted} submitted @param {Remark[]} remarks @returns {Promise<Review>} */
export function giveBack(submitted, remarks) {
  const json = { remarks };
  return call("POST", `/items/${submitted.item_id}/return`, { json, headers: seen(submitted) });
}

/** @param {Submitted} submitted @param {Mask} mask @returns {Promise<Review>} */
export async function fix(submitted, mask) {
  const bytes = await encodeLabels(mask);
  const sent = { bytes, type: MEDIA_TYPE, headers: seen(submitted) };
  return call("POST", `/items/${submitted.item_id}/fix`, sent);
}

/** Only the revision on the screen is judged. @param {Submitted} submitted */
function seen({ revision }) {
  return { "If-Match": `"${revision}"` };
}
