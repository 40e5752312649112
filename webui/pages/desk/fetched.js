/**
 * All that opens an item, fetched at once; `editor` where one has been prepared from it.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {{item: Item, picture: ImageBitmap, model: Mask, draft: import("../../client/items.js").Revision | null,
 *            mine: Mask | null, editor?: import("../../editor/editor.js").Editor,
 *            heat: Promise<import("../../editor/spots.js").ScoreMap | null>}} Fetched
 */

import * as api from "../../client/items.js";

/** The uncertainty may come later than the rest: the desk opens without it. @param {Item} item @returns {Promise<Fetched>} */
export async function fetchItem(item) {
  const heat = api.getUncertainty(item).catch(() => null);
  const [picture, model, draft, submitted] = await Promise.all([
    api.getPicture(item),
    api.getPrediction(item),
    api.getDraft(item),
    item.returned ? api.getMask(item.image) : null,
  ]);
  return { item, picture, model, draft, mine: submitted?.mask ?? null, heat };
}
