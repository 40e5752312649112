/** What comes to an open editor after picture and mask: superpixels, and the second-best classes. */

import * as api from "../../client/items.js";
import { Superpixels } from "../../editor/superpixels.js";
import { idleTime } from "./idle.js";

/**
 * Neither is waited for: the desk works without them, and says so.
 *
 * @param {import("../../editor/editor.js").Editor} editor
 * @param {import("../../client/types.d.ts").Item} item
 * @param {() => boolean} isOpen whether the editor is still the one on screen
 */
export async function addAids(editor, item, isOpen) {
  editor.superpixels = item.has_superpixels ? undefined : null;
  editor.second = item.has_second ? undefined : null;
  const [cells, second] = await Promise.all([
    item.has_superpixels ? api.getSuperpixels(item).catch(() => null) : null,
    item.has_second ? api.getSecond(item).catch(() => null) : null,
  ]);
  await idleTime();
  if (!isOpen()) return;
  editor.setSuperpixels(cells && new Superpixels(cells, item.image));
  editor.setSecond(second);
}
