/**
 * All that opens an item, fetched at once; `editor` where one has been prepared from it.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {{item: Item, file: Blob, picture: ImageBitmap, model: Mask, draft: import("../../client/items.js").Revision | null,
 *            mine: Mask | null, editor?: import("../../editor/editor.js").Editor,
 *            heat: Promise<import("../../editor/spots.js").ScoreMap | null>,
 *            aids: Promise<import("../../client/items.js").Aids>}} Fetched
 */

import * as api from "../../client/items.js";
import { fetchAids } from "./aids.js";

/**
 * The uncertainty may come later than the rest, and the aids are asked for after it: the desk opens
 * without them.
 *
 * @param {Item} item @returns {Promise<Fetched>}
 */
export async function fetchItem(item) {
  const heat = api.getUncertainty(item).catch(() => null);
  const file = api.getFile(item);
  const [picture, model, draft, submitted] = await Promise.all([
    file.then(api.decodePicture),
    api.getPrediction(item),
    api.getDraft(item),
    item.returned ? api.getMask(item) : null,
  ]);
  const mine = submitted?.mask ?? null;
  return { item, file: await file, picture, model, draft, mine, heat, aids: fetchAids(item) };
}

/** The item that this browser had in hand. @param {import("../../state/held.js").Held} held @returns {Promise<Fetched>} */
export async function fromHeld({ item, file, model, draft, draftRevision, mine, heat, aids }) {
  const revision = draftRevision;
  return {
    item,
    file,
    picture: await api.decodePicture(file),
    model,
    draft: revision > 0 ? { mask: draft ?? mine ?? model, revision } : null,
    mine,
    heat: Promise.resolve(heat),
    aids: Promise.resolve(aids),
  };
}

/** @param {Fetched} fetched @returns {Promise<Omit<import("../../state/held.js").Held, "aids">>} what this browser keeps of it */
export async function toHold({ item, file, model, draft, mine, heat }) {
  const draftRevision = draft?.revision ?? 0;
  return { item, file, model, draft: draft?.mask ?? null, draftRevision, mine, heat: await heat };
}
