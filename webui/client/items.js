/**
 * The queue's requests: take, keep, save, submit, skip.
 *
 * @typedef {import("./types.d.ts").Item} Item
 * @typedef {import("../editor/mask.js").Mask} Mask
 * @typedef {{active_seconds: number, strokes: number, clicks: number, undos: number}} Effort
 */

import { decodeLabels, encodeLabels, MEDIA_TYPE } from "../editor/codec.js";
import { ApiError, call, get, request } from "./request.js";

/** @param {string} projectId @returns {Promise<Item | null>} null where nothing is to label */
export function takeItem(projectId) {
  return call("POST", `/projects/${projectId}/items/take`);
}

/** Lease the item after the one in hand as well. @param {string} projectId @returns {Promise<Item | null>} */
export function takeAhead(projectId) {
  return call("POST", `/projects/${projectId}/items/take?prefetch=true`);
}

/** @param {Item} item @returns {Promise<ImageBitmap>} */
export async function getPicture({ image }) {
  const response = await request("GET", `/images/${image.id}/file`, { accept: "image/*" });
  // Colours as they are stored: the same picture on every screen.
  return createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
}

/** @param {Item} item @returns {Promise<Mask>} the model's mask */
export async function getPrediction({ id }) {
  return readMask(await request("GET", `/items/${id}/prediction`, { accept: MEDIA_TYPE }));
}

/** @param {Item} item @returns {Promise<Mask | null>} this person's draft */
export async function getDraft({ id }) {
  return unlessMissing(async () =>
    readMask(await request("GET", `/items/${id}/draft`, { accept: MEDIA_TYPE })),
  );
}

/** @param {Item} item @returns {Promise<import("../editor/spots.js").ScoreMap | null>} */
export async function getUncertainty({ id }) {
  return unlessMissing(async () => {
    const response = await request("GET", `/items/${id}/uncertainty`, { accept: "image/png" });
    const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (!context) return null;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return {
      width,
      height,
      values: Uint8Array.from({ length: width * height }, (_, at) => data[at * 4]),
    };
  });
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

/** It needs no live lease: late work is kept as well. @param {string} itemId @param {Mask} mask */
export async function putDraft(itemId, mask) {
  const bytes = await encodeLabels(mask);
  return call("PUT", `/items/${itemId}/draft`, { bytes, type: MEDIA_TYPE });
}

/**
 * @param {string} itemId @param {string} leaseId @param {Mask} mask @param {Effort} effort
 * @param {string} key the same for every try of one submission: it counts once
 * @returns {Promise<import("./types.d.ts").Submission>}
 */
export async function submitItem(itemId, leaseId, mask, effort, key) {
  const query = new URLSearchParams({ lease_id: leaseId });
  for (const [name, value] of Object.entries(effort)) query.set(name, String(value));
  return call("POST", `/items/${itemId}/submit?${query}`, {
    bytes: await encodeLabels(mask),
    type: MEDIA_TYPE,
    headers: { "Idempotency-Key": key },
  });
}

/** @param {string} roundId @returns {Promise<Item[]>} */
export async function listItems(roundId) {
  /** @type {import("./types.d.ts").Page<Item>} */
  const page = await get(`/rounds/${roundId}/items?limit=200`);
  return page.items;
}

/** @param {Response} response */
async function readMask(response) {
  return decodeLabels(new Uint8Array(await response.arrayBuffer()));
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
