/**
 * Two versions of one image side by side: what this person drew, over what came before it.
 *
 * It is an ordinary editor whose "model" is the other version: showing it, showing the difference,
 * and every tool that puts the model's label back all work, and each choice is a step of undo.
 *
 * @typedef {import("../../state/outbox.js").Entry} Entry
 * @typedef {import("./regions.js").Difference} Difference
 */

import * as api from "../../client/items.js";
import { decodeLabels } from "../../editor/codec.js";
import { cloneMask } from "../../editor/mask.js";
import { StrokeLog } from "../../state/strokes.js";
import { signal } from "../../vendor/preact.js";
import { addAids } from "./aids.js";
import { newEditor } from "./opening.js";
import { differences, withRegion } from "./regions.js";
import { Work } from "./work.js";

export class Merge {
  /** Whose version each region has. */
  chosen = signal(/** @type {ReadonlyMap<number, "mine" | "theirs">} */ (new Map()));

  /**
   * @param {Entry} entry the submission that met a newer version
   * @param {Work} work @param {number} revision of theirs
   */
  constructor(entry, work, revision) {
    this.entry = entry;
    this.work = work;
    this.revision = revision;
    const { correction } = work.editor;
    this.mine = cloneMask(correction.mask);
    this.theirs = correction.model;
    this.regions = differences(this.mine, this.theirs);
  }

  /** @param {Entry} entry @param {HTMLElement} stage */
  static async of(entry, stage) {
    const item = await api.getItem(entry.itemId);
    const [picture, theirs] = await Promise.all([api.getPicture(item), api.getMask(item)]);
    if (!theirs) throw new Error(entry.why);
    const editor = newEditor(stage, picture, theirs.mask, entry.classes, item.regions);
    const mine = await decodeLabels(entry.bytes);
    editor.edit((correction) => correction.replace(mine.labels));
    editor.show("difference");
    void addAids(editor, item);
    const work = new Work(item, editor, {
      userId: entry.userId,
      strokes: await StrokeLog.open(entry.userId, entry.itemId),
      activeSeconds: entry.effort.active_seconds,
      draftRevision: 0,
      isLeased: false,
      onLost: () => {},
    });
    return new Merge(entry, work, theirs.revision);
  }

  /** How the merged mask is submitted: under the same lease, over the version seen here. */
  get sealing() {
    return { leaseId: this.entry.leaseId, replaces: this.revision };
  }

  /** @param {Difference} region @param {"mine" | "theirs"} whose */
  choose(region, whose) {
    const source = whose === "mine" ? this.mine : this.theirs;
    this.work.editor.edit((correction) =>
      correction.replace(withRegion(correction.mask.labels, region, source)),
    );
    this.chosen.value = new Map(this.chosen.peek()).set(region.id, whose);
  }

  /** @param {"mine" | "theirs"} whose */
  chooseAll(whose) {
    const source = whose === "mine" ? this.mine : this.theirs;
    this.work.editor.edit((correction) => correction.replace(source.labels));
    this.chosen.value = new Map(this.regions.map(({ id }) => [id, whose]));
  }

  /** @param {Difference} region */
  whose(region) {
    return this.chosen.value.get(region.id) ?? "mine";
  }

  /** Show a region in the middle. @param {Difference} region */
  flyTo(region) {
    this.work.editor.view.flyTo(region);
  }
}
