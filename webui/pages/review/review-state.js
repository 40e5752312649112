/**
 * What the review desk is doing: one submitted mask on the screen, compared, fixed, or judged.
 *
 * It offers what the tools, keys and panels of the correction desk ask of a desk, so that a
 * reviewer's hands find everything in its place.
 *
 * @typedef {import("../../client/types.d.ts").Submitted} Submitted
 * @typedef {import("../../client/types.d.ts").Remark} Remark
 * @typedef {import("../../client/types.d.ts").Review} Review
 * @typedef {import("../../editor/editor.js").Editor} Editor
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {"author" | "mine" | "all"} Pair
 *   whose masks are compared: person and model, reviewer and person, reviewer and model
 * @typedef {{editor: Editor, submitted: Submitted, model: Mask, author: Mask,
 *            item: import("../../client/types.d.ts").Item, history: Review[],
 *            activity: Activity, hasUnsaved: boolean, saveDraft: () => Promise<void>}} Open
 */

import * as items from "../../client/items.js";
import * as api from "../../client/reviews.js";
import { cloneMask } from "../../editor/mask.js";
import { user } from "../../state/session.js";
import * as texts from "../../texts.js";
import { signal } from "../../vendor/preact.js";
import { Activity } from "../desk/activity.js";
import { addAids } from "../desk/aids.js";
import { nameOf } from "../desk/class-names.js";
import { Notice } from "../desk/notice.js";
import { keepLook, newEditor } from "../desk/opening.js";
import { Switches } from "../desk/switches.js";
import { reasonOf } from "../desk/work.js";

export class ReviewState extends Switches {
  phase = signal(/** @type {"loading" | "editing" | "empty" | "failed"} */ ("loading"));
  why = signal("");
  notice = new Notice();
  changed = signal(0);
  moved = signal(0);
  waiting = signal(/** @type {Submitted[]} */ ([]));
  index = signal(0);
  pair = signal(/** @type {Pair} */ ("author"));
  remarks = signal(/** @type {Remark[]} */ ([]));
  work = signal(/** @type {Open | null} */ (null));
  #isClosed = false;

  /** @param {string} projectId @param {HTMLElement} stage */
  constructor(projectId, stage) {
    super();
    this.projectId = projectId;
    this.stage = stage;
  }

  /** @returns {Editor | null} */
  get editor() {
    return this.work.peek()?.editor ?? null;
  }

  /** Whether the reviewer has drawn anything. */
  get isFixed() {
    this.changed.value;
    return (this.editor?.correction.history.depth ?? 0) > 0;
  }

  /** Ask for what waits, and show the first that is not the reviewer's own. */
  async load() {
    this.#leave();
    this.phase.value = "loading";
    await this.#guarded(async () => {
      const all = await api.listWaiting(this.projectId);
      this.waiting.value = all.filter(({ author }) => author.id !== user.peek()?.id);
      await this.show(0);
    });
  }

  /** @param {number} index of what waits */
  async show(index) {
    this.#leave();
    const submitted = this.waiting.peek()[index];
    this.phase.value = submitted ? "loading" : "empty";
    this.index.value = index;
    if (!submitted) return;
    await this.#guarded(() => this.#open(submitted));
  }

  /** @param {Submitted} submitted */
  async #open(submitted) {
    const item = await items.getItem(submitted.item_id);
    const [picture, model, author, history] = await Promise.all([
      items.getPicture(item),
      items.getPrediction(item),
      api.getRevision(submitted.mask_id),
      api.listReviews(item.id),
    ]);
    if (this.#isClosed || this.waiting.peek()[this.index.peek()] !== submitted) return;
    const { class_list: listed, regions } = item;
    const editor = newEditor(this.stage, picture, cloneMask(author), listed.classes, regions);
    editor.onChange = (kind) => {
      if (kind === "chosen") keepLook(editor);
      if (kind === "moved") this.moved.value++;
      else this.changed.value++;
    };
    this.work.value = {
      editor,
      submitted,
      model,
      author,
      item,
      history,
      activity: new Activity(),
      hasUnsaved: false,
      saveDraft: async () => {},
    };
    this.phase.value = "editing";
    this.compare("author");
    this.stage.focus();
    const heat = await items.getUncertainty(item).catch(() => null);
    if (heat && this.editor === editor) editor.setHeat(heat);
    await addAids(editor, item, undefined, () => this.editor === editor);
  }

  /** Show where two of the three masks differ: the other one becomes what the editor compares with. @param {Pair} pair */
  compare(pair) {
    const open = this.work.peek();
    if (!open) return;
    this.pair.value = pair;
    const base = pair === "mine" ? open.author : open.model;
    open.editor.correction.model.labels.set(base.labels);
    open.editor.show("difference");
  }

  /** Pin an empty remark to an image point, to be written beside the picture. @param {{x: number, y: number}} point */
  pin({ x, y }) {
    const { width, height } = this.work.peek()?.author ?? { width: 0, height: 0 };
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return;
    this.skipping.value = false;
    this.notice.clear();
    this.remarks.value = [...this.remarks.peek(), { x: column, y: row, text: "" }];
  }

  /** @param {number} number @param {string} text */
  write(number, text) {
    this.remarks.value = this.remarks
      .peek()
      .map((remark, index) => (index === number ? { ...remark, text } : remark));
  }

  /** @param {number} number */
  unpin(number) {
    this.remarks.value = this.remarks.peek().filter((_, index) => index !== number);
  }

  /** Approve what is on the screen: as it was submitted, or as the reviewer fixed it. */
  async submit() {
    const { isFixed } = this;
    await this.#judge(async ({ submitted, editor }) => {
      await (isFixed ? api.fix(submitted, editor.correction.mask) : api.approve(submitted));
      this.notice.say(isFixed ? texts.review.fixed : texts.review.approved);
    });
  }

  async giveBack() {
    const remarks = this.remarks.peek().filter(({ text }) => text.trim());
    if (remarks.length === 0) {
      this.skipping.value = true;
      this.notice.say(texts.review.needsRemark, { isBad: true });
      return;
    }
    await this.#judge(async ({ submitted }) => {
      await api.giveBack(submitted, remarks);
      const { author } = submitted;
      this.notice.say(texts.review.returned(author.display_name || author.name));
    });
  }

  /** @param {(open: Open) => Promise<void>} act after which the item waits no longer */
  async #judge(act) {
    const open = this.work.peek();
    if (!open || this.isBusy.peek()) return;
    this.isBusy.value = true;
    try {
      await act(open);
      this.waiting.value = this.waiting.peek().filter((one) => one !== open.submitted);
    } catch (error) {
      this.notice.say(reasonOf(error), { isBad: true });
      return;
    } finally {
      this.isBusy.value = false;
    }
    const { length } = this.waiting.peek();
    if (length === 0) await this.load();
    else await this.show(Math.min(this.index.peek(), length - 1));
  }

  /** @param {() => Promise<void>} act */
  async #guarded(act) {
    try {
      await act();
    } catch (error) {
      this.phase.value = "failed";
      this.why.value = reasonOf(error);
    }
  }

  /** @param {number} label */
  nameOf(label) {
    return nameOf(this.work.peek()?.item.class_list.classes ?? [], label);
  }

  #leave() {
    this.editor?.close();
    this.work.value = null;
    this.remarks.value = [];
    this.skipping.value = false;
  }

  close() {
    this.#isClosed = true;
    this.notice.close();
    this.#leave();
  }
}
