/** What a person does at the desk: ends the item in hand, puts it aside, chooses between versions. */

import * as api from "../../client/items.js";
import { dropStrokes } from "../../state/strokes.js";
import { outbox } from "../../state/sending.js";
import * as texts from "../../texts.js";
import { signal } from "../../vendor/preact.js";
import { saidOf } from "./class-names.js";
import { Summary } from "./summary.js";
import { Taking } from "./taking.js";
import { reasonOf } from "./work.js";

/** @typedef {import("../../state/outbox.js").Entry} Entry */

export class DeskState extends Taking {
  summary = signal(new Summary());

  /** @param {string} projectId @param {HTMLElement} stage */
  constructor(projectId, stage) {
    super(projectId, stage);
    outbox.onSent = (entry, answer) => this.#sent(entry, answer);
  }

  /** Keep the submission for sending, and go on with the next item at once. */
  async submit() {
    const merge = this.merge.peek();
    await this.#finish(async (work) => {
      await outbox.keep(await work.seal(merge?.sealing));
      await work.letGo();
      if (merge) await outbox.drop(merge.entry);
      await work.close();
      void outbox.flush();
    });
  }

  /** @param {Entry} entry @param {import("../../client/types.d.ts").Submission} answer */
  #sent({ classes, effort }, answer) {
    this.notice.say(saidOf(answer, classes));
    this.summary.value = this.summary.peek().withSubmitted(effort, answer);
  }

  /** @param {string} reason */
  async skip(reason) {
    this.skipping.value = false;
    await this.#finish(async (work) => {
      await work.skip(reason);
      this.summary.value = this.summary.peek().withSkipped();
      this.notice.say(texts.desk.skipped);
    });
  }

  async release() {
    const work = this.work.peek();
    if (!work || this.isBusy.value) return false;
    try {
      await work.release();
      await this.hand.takeAhead()?.giveBack().catch(() => {});
      return true;
    } catch (error) {
      this.notice.say(reasonOf(error), { isBad: true });
      return false;
    }
  }

  /** @param {(work: import("./work.js").Work) => Promise<void>} end how the item ends; the next one follows */
  async #finish(end) {
    const work = this.work.peek();
    if (!work || this.isBusy.value || this.phase.value !== "editing") return;
    if (work.editor.correction.history.isOpen) return;
    if (work.editor.outline.length > 0) {
      this.notice.say(texts.desk.outlineOpen, { isBad: true });
      return;
    }
    this.isBusy.value = true;
    try {
      await end(work);
    } catch (error) {
      const isLost = /** @type {import("./taking.js").Phase} */ (this.phase.value) === "lost";
      if (!isLost) this.notice.say(texts.desk.notSubmitted(reasonOf(error)), { isBad: true });
      return;
    } finally {
      this.isBusy.value = false;
    }
    await this.next();
  }

  /** Go to the other image in this person's hands; this one stays leased, and as it is. */
  async swap() {
    await this.busily(async () => {
      const ready = await this.hand.takeAhead()?.use();
      if (!ready || this.merge.peek()) return this.notice.say(texts.desk.noOther);
      await this.work.peek()?.saveDraft();
      this.hand.park();
      this.leave();
      await this.openAhead(ready);
    });
  }

  /** Leave the newer version as it is; this one stays kept as a draft. @param {import("./merge.js").Merge} merge */
  async dropMerge(merge) {
    await outbox.drop(merge.entry);
    this.leave();
    await dropStrokes(merge.entry.userId, merge.entry.itemId).catch(() => {});
    await this.next();
  }

  /** Another browser saved this draft meanwhile: take its version, as one step of undo, or keep this one. @param {"mine" | "theirs"} whose */
  async settleDraft(whose) {
    const work = this.work.peek();
    const theirs = work && (await api.getDraft(work.item));
    if (!work || !theirs) return;
    if (whose === "theirs") work.editor.edit((one) => one.replace(theirs.mask.labels));
    await work.settle(theirs.revision);
  }

  close() {
    outbox.onSent = () => {};
    super.close();
  }
}
