/**
 * The item in a person's hands, kept in this browser: a reload opens it while the service is away.
 *
 * One for each project: what is opened next takes its place. Its strokes are kept by `strokes.js`.
 *
 * @typedef {import("../editor/mask.js").Mask} Mask
 * @typedef {{
 *   item: import("../client/types.d.ts").Item, file: Blob, model: Mask, draft: Mask | null,
 *   draftRevision: number, mine: Mask | null,
 *   heat: import("../editor/spots.js").ScoreMap | null,
 *   aids: import("../client/items.js").Aids,
 * }} Held
 */

import { decodeRuns, encodeRuns } from "../editor/codec.js";
import { openStore } from "./database.js";

const inStore = openStore("maskloop-held", "items");

/** @param {string} userId @param {Omit<Held, "aids">} held */
export async function keepHeld(userId, { model, draft, mine, draftRevision, ...rest }) {
  const { id, project_id: projectId } = rest.item;
  const masks = { model: encodeRuns(model), draft: packed(draft), mine: packed(mine) };
  await inStore("readwrite", (store) => {
    store.put({ ...rest, ...masks }, itemOf(userId, projectId));
    store.put({ id, draftRevision }, draftOf(userId, projectId));
  });
}

/**
 * What helps with it has come, after the rest.
 *
 * @param {string} userId @param {import("../client/types.d.ts").Item} item @param {Held["aids"]} aids
 */
export async function keepAids(userId, { id, project_id: projectId }, aids) {
  await inStore("readwrite", (store) => {
    const asked = store.get(itemOf(userId, projectId));
    asked.onsuccess = () => {
      if (asked.result?.item.id === id) store.put({ id, ...aids }, aidsOf(userId, projectId));
    };
  });
}

/** A newer draft of it is saved. @param {string} userId @param {import("../client/types.d.ts").Item} item @param {number} draftRevision */
export async function keepRevision(userId, { id, project_id: projectId }, draftRevision) {
  await inStore("readwrite", (store) =>
    store.put({ id, draftRevision }, draftOf(userId, projectId)),
  );
}

/** @param {string} userId @param {string} projectId @returns {Promise<Held | null>} */
export async function readHeld(userId, projectId) {
  const asked = await inStore("readonly", (store) => ({
    held: store.get(itemOf(userId, projectId)),
    draft: store.get(draftOf(userId, projectId)),
    aids: store.get(aidsOf(userId, projectId)),
  }));
  const held = asked.held.result;
  if (!held) return null;
  const { id, draftRevision } = asked.draft.result;
  const { id: aided, ...aids } = asked.aids.result ?? {};
  return {
    ...held,
    model: decodeRuns(held.model),
    draft: held.draft && decodeRuns(held.draft),
    mine: held.mine && decodeRuns(held.mine),
    draftRevision: id === held.item.id ? draftRevision : 0,
    aids: aided === held.item.id ? aids : { superpixels: null, second: null },
  };
}

/** It is in this person's hands no longer. @param {string} userId @param {import("../client/types.d.ts").Item} item */
export async function dropHeld(userId, { id, project_id: projectId }) {
  await inStore("readwrite", (store) => {
    const asked = store.get(itemOf(userId, projectId));
    asked.onsuccess = () => {
      if (asked.result?.item.id !== id) return;
      store.delete(itemOf(userId, projectId));
      store.delete(aidsOf(userId, projectId));
    };
  });
}

/** @param {Mask | null} mask */
const packed = (mask) => mask && encodeRuns(mask);

/** @param {string} userId @param {string} projectId */
const itemOf = (userId, projectId) => [userId, projectId, "item"];

/** @param {string} userId @param {string} projectId */
const draftOf = (userId, projectId) => [userId, projectId, "draft"];

/** @param {string} userId @param {string} projectId */
const aidsOf = (userId, projectId) => [userId, projectId, "aids"];
