/**
 * The queue's requests: take, keep, save, submit, skip.
 *
 * @typedef {import("./types.d.ts").Item} Item
 * @typedef {import("../editor/mask.js").Mask} Mask
 * @typedef {{active_seconds: number, strokes: number, clicks: number, undos: number}} Effort
 */

import { decodeLabels, encodeLabels, MEDIA_TYPE } from "../editor/codec.js";
import { SUPERPIXELS_TYPE } from "../editor/superpixels.js";
import { digestOf } from "./digest.js";
import { ApiError, call, get, request } from "./request.js";

/** @param {string} projectId @returns {Promise<Item | null>} null where nothing is to label */
export function takeItem(projectId) {
  return call("POST", `/projects/${projectId}/items/take`);
}

/** Lease the item after the one in hand as well. @param {string} projectId @returns {Promise<Item | null>} */
export function takeAhead(projectId) {
  return call("POST", `/projects/${projectId}/items/take?prefetch=true`);
}

/** @param {Item} item @returns {Promise<Blob>} its picture as it is stored */
export async function getFile({ image }) {
  const response = await request("GET", `/images/${image.id}/file`, { accept: "image/*" });
  return response.blob();
}

/** Colours as they are stored: the same picture on every screen. @param {Blob} file */
export function decodePicture(file) {
  return createImageBitmap(file, { colorSpaceConversion: "none" });
}

/** @param {Item} item @returns {Promise<ImageBitmap>} */
export async function getPicture(item) {
  return decodePicture(await getFile(item));
}

/** @param {Item} item @returns {Promise<Mask>} the model's mask */
export async function getPrediction({ id }) {
  return readMask(await request("GET", `/items/${id}/prediction`, { accept: MEDIA_TYPE }));
}

/**
 * @typedef {{mask: Mask, revision: number}} Revision
 * @param {{id: string}} item @returns {Promise<Revision | null>} this person's draft
 */
export function getDraft({ id }) {
  return unlessMissing(() => readRevision(`/items/${id}/draft`));
}

/** @param {{id: string}} item @returns {Promise<Revision | null>} its newest label, where one may see it */
export function getMask({ id }) {
  return unlessMissing(() => readRevision(`/items/${id}/mask`));
}

/** @param {string} itemId @returns {Promise<Item>} */
export function getItem(itemId) {
  return get(`/items/${itemId}`);
}

/** @param {string} itemId @returns {Promise<Item>} leased to this person */
export function leaseItem(itemId) {
  return call("POST", `/items/${itemId}/lease`);
}

/** @param {string} projectId @returns {Promise<import("./types.d.ts").LateDraft[]>} */
export function listLate(projectId) {
  return get(`/projects/${projectId}/drafts`);
}

/** @param {Item} item @returns {Promise<import("../editor/spots.js").ScoreMap | null>} */
export async function getUncertainty({ id }) {
  return unlessMissing(async () =>
    readGrey(await request("GET", `/items/${id}/uncertainty`, { accept: "image/png" })),
  );
}

/** @param {Item} item @returns {Promise<Uint8Array<ArrayBuffer>>} as they are on the wire */
export async function getSuperpixels({ id }) {
  const response = await request("GET", `/items/${id}/superpixels`, { accept: SUPERPIXELS_TYPE });
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * @typedef {{classes: Mask, chances: import("../editor/spots.js").ScoreMap}} Second
 * @typedef {{superpixels: Uint8Array<ArrayBuffer> | null, second: Second | null}} Aids null: none, or none to be had
 * @param {Item} item @returns {Promise<Second>} each cell's second-best class, and how likely the best two are
 */
export async function getSecond({ id }) {
  const [classes, chances] = await Promise.all([
    request("GET", `/items/${id}/second`, { accept: MEDIA_TYPE }).then(readMask),
    request("GET", `/items/${id}/chances`, { accept: "image/png" }).then(readGrey),
  ]);
  return { classes, chances };
}

/** @param {string} itemId @param {string} leaseId @returns {Promise<{seconds_left: number}>} */
export function heartbeat(itemId, leaseId) {
  return call("POST", `/items/${itemId}/heartbeat`, { json: { lease_id: leaseId } });
}

/** @param {string} itemId @param {string} leaseId @returns {Promise<null>} */
export function releaseItem(itemId, leaseId) {
  return call("POST", `/items/${itemId}/release`, { json: { lease_id: leaseId } });
}

/** @param {string} itemId @param {string} leaseId @param {string} reason @returns {Promise<null>} */
export function skipItem(itemId, leaseId, reason) {
  return call("POST", `/items/${itemId}/skip`, { json: { lease_id: leaseId, reason } });
}

/**
 * It needs no live lease: late work is kept as well.
 *
 * @param {string} itemId @param {Mask} mask @param {number} replaces the draft's revision seen last
 * @returns {Promise<{revision: number}>}
 */
export async function putDraft(itemId, mask, replaces) {
  const bytes = await encodeLabels(mask);
  const headers = { "If-Match": `"${replaces}"` };
  return call("PUT", `/items/${itemId}/draft`, { bytes, type: MEDIA_TYPE, headers });
}

/**
 * Send a submission; the same key for every try of it, so that it counts once.
 *
 * @param {import("../state/outbox.js").Sealed} sealed
 * @returns {Promise<import("./types.d.ts").Submission>}
 */
export async function sendSealed({ itemId, leaseId, bytes, effort, key, replaces }) {
  const query = new URLSearchParams({ lease_id: leaseId });
  for (const [name, value] of Object.entries(effort)) query.set(name, String(value));
  /** @type {Record<string, string>} */
  const headers = { "Idempotency-Key": key, ...(await digestOf(bytes)) };
  if (replaces !== null) headers["If-Match"] = `"${replaces}"`;
  return call("POST", `/items/${itemId}/submit?${query}`, { bytes, type: MEDIA_TYPE, headers });
}

/** @param {string} roundId @returns {Promise<Item[]>} */
export async function listItems(roundId) {
  /** @type {import("./types.d.ts").Page<Item>} */
  const page = await get(`/rounds/${roundId}/items?limit=200`);
  return page.items;
}

/** A grey PNG's values. @param {Response} response @returns {Promise<import("../editor/spots.js").ScoreMap>} */
async function readGrey(response) {
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("This browser gives no 2D canvas.");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const values = Uint8Array.from({ length: width * height }, (_, at) => data[at * 4]);
  return { width, height, values };
}

/** @param {Response} response */
async function readMask(response) {
  return decodeLabels(new Uint8Array(await response.arrayBuffer()));
}

/** @param {string} path @returns {Promise<Revision>} */
async function readRevision(path) {
  const response = await request("GET", path, { accept: MEDIA_TYPE });
  const revision = Number(response.headers.get("ETag")?.replaceAll('"', "") ?? 0);
  return { mask: await readMask(response), revision };
}

/** @template T @param {() => Promise<T>} ask @returns {Promise<T | null>} null for a 404 */
async function unlessMissing(ask) {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
