/** What was left behind: drafts that came too late, and work in this browser that nobody came back to. */

import * as api from "../../client/items.js";
import { findForgotten } from "../../state/forgotten.js";
import { user } from "../../state/session.js";
import { dropStrokes } from "../../state/strokes.js";
import { signal } from "../../vendor/preact.js";

export class Leftovers {
  late = signal(/** @type {import("../../client/types.d.ts").LateDraft[]} */ ([]));
  forgotten = signal(/** @type {import("../../state/forgotten.js").Forgotten[]} */ ([]));

  /** @param {string} projectId */
  constructor(projectId) {
    this.projectId = projectId;
  }

  async find() {
    const asked = api.listLate(this.projectId).catch(() => []);
    const userId = user.peek()?.id ?? "";
    const found = await findForgotten(userId, this.projectId, Date.now()).catch(() => []);
    this.late.value = await asked;
    const late = new Set(this.late.value.map(({ item_id: itemId }) => itemId));
    this.forgotten.value = found.filter(({ itemId }) => !late.has(itemId));
  }

  /** The person wants it no more. @param {string} itemId */
  async forget(itemId) {
    await dropStrokes(user.peek()?.id ?? "", itemId);
    this.forgotten.value = this.forgotten.peek().filter((one) => one.itemId !== itemId);
  }
}
