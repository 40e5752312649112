/**
 * The item in this person's hands: its editor and its work, one tab's lock on it, and the item
 * that comes after it.
 *
 * @typedef {import("../../client/types.d.ts").Problem} Problem
 * @typedef {import("./fetched.js").Fetched} Fetched
 */

import * as api from "../../client/items.js";
import { keepAids, keepHeld, readHeld } from "../../state/held.js";
import { user } from "../../state/session.js";
import { outbox } from "../../state/sending.js";
import { StrokeLog } from "../../state/strokes.js";
import { batch, signal } from "../../vendor/preact.js";
import { Ahead } from "./ahead.js";
import { addAids } from "./aids.js";
import { fetchItem, fromHeld, toHold } from "./fetched.js";
import { addHeat, keepLook, newEditor, prepareEditor, restore, show } from "./opening.js";
import { TabLock } from "./tab-lock.js";
import { HEARTBEAT_MS, Work } from "./work.js";

export class Hand {
  /** @type {import("../../vendor/preact.js").Signal<Work | null>} */ work = signal(null);
  /** Counts up when the panels, or the status line, have something new to show. */
  changed = signal(0);
  moved = signal(0);
  /** @type {Ahead<Fetched> | null} */ #ahead = null;
  /** @type {TabLock | null} */ #lock = null;
  /** The lock on the item that is being opened. @type {TabLock | null} */ #coming = null;
  #frame = 0;
  #isClosed = false;
  /** All of the item on screen, for when it is opened again. @type {Fetched | null} */ #shown = null;
  /** The other item, put away as it was. @type {Fetched | null} */ #parked = null;

  /** @param {string} projectId @param {HTMLElement} stage */
  constructor(projectId, stage) {
    this.projectId = projectId;
    this.stage = stage;
  }

  /**
   * Open an item with the newest work on it.
   *
   * @param {Fetched} fetched
   * @param {{steal: boolean, onLost: (problem: Problem) => void, onElsewhere: () => void}} how
   *   `steal` takes it from another tab; `onElsewhere` when one has it, or takes it
   * @returns {Promise<"opened" | "restored" | "closed">}
   */
  async open(fetched, { steal, onLost, onElsewhere }) {
    const lock = new TabLock(fetched.item.id);
    this.#coming = lock;
    if (!(await lock.take({ steal, onLost: onElsewhere }))) {
      onElsewhere();
      return "closed";
    }
    const strokes = await StrokeLog.open(user.peek()?.id ?? "", fetched.item.id);
    if (this.#isClosed || this.#coming !== lock) {
      void strokes.close();
      lock.release();
      return "closed";
    }
    return batch(() => this.#show(fetched, lock, strokes, onLost));
  }

  /**
   * What was on screen until now makes way at once.
   *
   * @param {Fetched} fetched @param {TabLock} lock @param {StrokeLog} strokes
   * @param {(problem: Problem) => void} onLost
   */
  #show(fetched, lock, strokes, onLost) {
    this.leave();
    this.#lock = lock;
    const { item, picture, model, draft, editor: prepared } = fetched;
    const { classes } = item.class_list;
    const editor = prepared ?? newEditor(this.stage, picture, model, classes, item.regions);
    if (prepared) show(prepared);
    const userId = user.peek()?.id ?? "";
    const work = new Work(item, editor, { userId, strokes, draftRevision: draft?.revision ?? 0, onLost });
    this.#shown = { ...fetched, editor: undefined };
    const isRestored = restore(editor, fetched, strokes.kept);
    if (isRestored) work.edited();
    this.begin(work);
    const aids = addAids(editor, item, fetched.aids, () => this.work.peek() === work);
    void this.#afterwards(work, fetched, aids);
    return isRestored ? "restored" : "opened";
  }

  /** What nobody waits for. @param {Work} work @param {Fetched} fetched @param {Fetched["aids"]} aids */
  async #afterwards(work, fetched, aids) {
    await addHeat(work.editor, fetched.heat);
    if (this.work.peek() !== work) return;
    // Where this browser keeps nothing, a reload needs the service.
    await keepHeld(work.userId, await toHold(fetched)).catch(() => {});
    void aids.then((got) => keepAids(work.userId, work.item, got)).catch(() => {});
    await this.#fetchAhead(work);
  }

  /** The item that this browser had in hand before a reload; null where its end is decided. @returns {Promise<Fetched | null>} */
  async readHeld() {
    const held = await readHeld(user.peek()?.id ?? "", this.projectId).catch(() => null);
    return held && fromHeld(held);
  }

  /** @param {Work} work */
  begin(work) {
    work.editor.onChange = (kind) => this.#announce(kind);
    this.work.value = work;
    this.changed.value++;
    this.stage.focus();
  }

  /** Fetch the item after this one, once this one is all there and the last one is sent. @param {Work} work */
  async #fetchAhead(work) {
    await outbox.settled();
    if (this.#isClosed || this.work.peek() !== work) return;
    const parked = this.#parked;
    this.#parked = null;
    this.#ahead = new Ahead(
      work.item.id,
      {
        take: async () => parked?.item ?? api.takeAhead(this.projectId),
        fetch: async (item) => this.#prepare(parked ?? (await fetchItem(item))),
        renew: (item) => api.heartbeat(item.id, item.lease?.id ?? ""),
        release: (item) => api.releaseItem(item.id, item.lease?.id ?? ""),
      },
      HEARTBEAT_MS,
    );
  }

  /** @param {Fetched} fetched @returns {Promise<Fetched>} */
  async #prepare(fetched) {
    return { ...fetched, editor: await prepareEditor(this.stage, fetched) };
  }

  /** @param {import("../../editor/editor.js").ChangeKind} kind */
  #announce(kind) {
    const work = this.work.peek();
    if (kind === "edited") work?.edited();
    if (kind === "chosen" && work) keepLook(work.editor);
    if (kind !== "moved") this.changed.value++;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.moved.value++;
    });
  }

  /** The item after this one, no longer kept here. @returns {Ahead<Fetched> | null} */
  takeAhead() {
    const ahead = this.#ahead;
    this.#ahead = null;
    return ahead;
  }

  /** Have the item on screen come after the next one, as it is now. */
  park() {
    const work = this.work.peek();
    if (!work || !this.#shown) return;
    const { draftRevision: revision } = work;
    const draft = revision > 0 ? { mask: work.editor.correction.mask, revision } : null;
    this.#parked = { ...this.#shown, draft };
  }

  /** Put the item on screen away; what is drawn is kept. */
  leave() {
    const work = this.work.peek();
    work?.close();
    work?.editor.close();
    this.work.value = null;
    this.#lock?.release();
    this.#lock = null;
    this.#coming = null;
    this.takeAhead()?.close();
  }

  close() {
    this.#isClosed = true;
    cancelAnimationFrame(this.#frame);
    this.leave();
  }
}
