/**
 * All that opens an item, fetched at once; `editor` where one has been prepared from it.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {{item: Item, file: Blob, picture: ImageBitmap, model: Mask, draft: import("../../client/items.js").Revision | null,
 *            mine: Mask | null, editor?: import("../../editor/editor.js").Editor,
 *            heat: Promise<import("../../editor/spots.js").ScoreMap | null>}} Fetched
 */

import * as api from "../../client/items.js";

/** The uncertainty may come later than the rest: the desk opens without it. @param {Item} item @returns {Promise<Fetched>} */
export async function fetchItem(item) {
  const heat = api.getUncertainty(item).catch(() => null);
  const file = api.getFile(item);
  const [picture, model, draft, submitted] = await Promise.all([
    file.then(api.decodePicture),
    api.getPrediction(item),
    api.getDraft(item),
    item.returned ? api.getMask(item) : null,
  ]);
  return { item, file: await file, picture, model, draft, mine: submitted?.mask ?? null, heat };
}

/** The item that this browser had in hand. @param {import("../../state/held.js").Held} held @returns {Promise<Fetched>} */
export async function fromHeld({ item, file, model, draft, draftRevision, mine, heat }) {
  const revision = draftRevision;
  return {
    item,
    file,
    picture: await api.decodePicture(file),
    model,
    draft: revision > 0 ? { mask: draft ?? mine ?? model, revision } : null,
    mine,
    heat: Promise.resolve(heat),
  };
}

/** @param {Fetched} fetched @returns {Promise<import("../../state/held.js").Held>} what this browser keeps of it */
export async function toHold({ item, file, model, draft, mine, heat }) {
  const draftRevision = draft?.revision ?? 0;
  return { item, file, model, draft: draft?.mask ?? null, draftRevision, mine, heat: await heat };
}
