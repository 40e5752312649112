/**
 * The work on one leased item: its editor, and keeping, saving and renewing it until it ends.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 * @typedef {import("../../editor/editor.js").Editor} Editor
 *
 * How safe the work is; the desk shows it at all times.
 * @typedef {{kind: "unchanged" | "kept" | "saving" | "saved" | "offline" | "failed" | "stale",
 *            why?: string, at?: number}} SaveState
 */

import { ApiError } from "../../client/request.js";
import * as api from "../../client/items.js";
import { encodeLabels } from "../../editor/codec.js";
import { dropHeld, keepRevision } from "../../state/held.js";
import { signal } from "../../vendor/preact.js";
import { Activity } from "./activity.js";

const KEEP_MS = 500;
const SAVE_MS = 10_000;
export const HEARTBEAT_MS = 30_000;

export class Work {
  /** @type {import("../../vendor/preact.js").Signal<SaveState>} */
  save = signal(/** @type {SaveState} */ ({ kind: "unchanged" }));
  #key = crypto.randomUUID();
  #isSaved = true;
  #isOver = false;
  /** @type {Promise<void> | undefined} */ #closing;
  /** @type {Promise<unknown>} */ #saving = Promise.resolve();
  /** @type {ReturnType<typeof setInterval>[]} */ #timers = [];
  #listening = new AbortController();

  /**
   * @param {Item} item
   * @param {Editor} editor
   * @param {{userId: string, strokes: import("../../state/strokes.js").StrokeLog,
   *          activeSeconds?: number, draftRevision: number, isLeased?: boolean,
   *          onLost: (problem: import("../../client/types.d.ts").Problem) => void}} given
   *   what is not leased (a merge) is kept in this browser alone
   */
  constructor(item, editor, { userId, strokes, activeSeconds, draftRevision, isLeased = true, onLost }) {
    this.item = item;
    this.editor = editor;
    this.userId = userId;
    this.onLost = onLost;
    this.strokes = strokes;
    this.activity = new Activity(activeSeconds ?? strokes.kept?.activeSeconds);
    /** The revision of this person's draft on the service that this page has seen. */
    this.draftRevision = draftRevision;
    this.#timers = [setInterval(() => void this.#keep(), KEEP_MS)];
    if (!isLeased) return;
    this.#timers.push(
      setInterval(() => void this.saveDraft(), SAVE_MS),
      setInterval(() => void this.renew(), HEARTBEAT_MS),
    );
    addEventListener("online", () => void this.#comeBack(), { signal: this.#listening.signal });
  }

  /** The connection is back: what has become of the lease, and what is not saved, is settled at once. */
  async #comeBack() {
    await this.renew();
    await this.saveDraft();
  }

  get leaseId() {
    return this.item.lease?.id ?? "";
  }

  get hasUnsaved() {
    return !this.#isSaved;
  }

  /** A step was done: it is not kept, not saved, and a submission of it is another one. */
  edited() {
    this.#isSaved = false;
    this.#key = crypto.randomUUID();
    const { kind } = this.save.value;
    if (kind !== "offline" && kind !== "stale") this.save.value = { kind: "kept" };
    void this.#keep();
  }

  async #keep() {
    try {
      await this.strokes.keep(this.editor.correction, () => this.activity.seconds);
    } catch (error) {
      this.save.value = { kind: "failed", why: reasonOf(error) };
    }
  }

  /** Send the mask as a draft, if it changed since the last one. */
  async saveDraft() {
    const isBusy = this.save.value.kind === "saving" || this.save.value.kind === "stale";
    if (this.#isSaved || this.editor.correction.history.isOpen || isBusy) return;
    this.#isSaved = true;
    this.save.value = { kind: "saving" };
    this.#saving = this.#putDraft();
    await this.#saving;
  }

  async #putDraft() {
    try {
      const { mask } = this.editor.correction;
      const { revision } = await api.putDraft(this.item.id, mask, this.draftRevision);
      this.draftRevision = revision;
      void keepRevision(this.userId, this.item, revision).catch(() => {});
      this.save.value = this.#isSaved ? { kind: "saved", at: Date.now() } : { kind: "kept" };
    } catch (error) {
      this.#isSaved = false;
      this.#failed(error);
    }
  }

  /** Keep the lease; where it has ended, `onLost` is told. */
  async renew() {
    try {
      await api.heartbeat(this.item.id, this.leaseId);
      const isBack = this.save.value.kind === "offline" && this.#isSaved;
      if (isBack) this.save.value = { kind: "saved", at: Date.now() };
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof ApiError && error.type === "assignment_superseded") {
      this.close();
      void this.saveDraft();
      this.onLost(error.problem);
      return;
    }
    if (error instanceof ApiError && error.status === 412) {
      this.save.value = { kind: "stale" };
      return;
    }
    const isAway = error instanceof ApiError && error.isAway;
    this.save.value = isAway ? { kind: "offline" } : { kind: "failed", why: reasonOf(error) };
  }

  /** Another browser saved a draft meanwhile; the person has chosen what stands on this page. @param {number} revision */
  settle(revision) {
    this.draftRevision = revision;
    this.save.value = { kind: "kept" };
    return this.saveDraft();
  }

  /**
   * All that a submission sends. The work stays kept in this browser until the service has it.
   *
   * @param {{leaseId?: string, replaces?: number | null}} [how] other than the item's own
   * @returns {Promise<import("../../state/outbox.js").Sealed>}
   */
  async seal({ leaseId = this.leaseId, replaces = this.item.mask_revision ?? null } = {}) {
    const { correction } = this.editor;
    await Promise.all([this.#saving, this.#keep()]);
    return {
      key: this.#key,
      userId: this.userId,
      projectId: this.item.project_id,
      itemId: this.item.id,
      leaseId,
      name: this.item.image.name,
      classes: this.item.class_list.classes,
      bytes: await encodeLabels(correction.mask),
      effort: { active_seconds: this.activity.seconds, ...correction.effort },
      replaces,
      queuedAt: Date.now(),
    };
  }

  /** @param {string} reason */
  async skip(reason) {
    await api.skipItem(this.item.id, this.leaseId, reason);
    // The next item waits for none of it: this one does not come back.
    void this.#end().catch(() => {});
  }

  async release() {
    await api.releaseItem(this.item.id, this.leaseId);
    await this.#end();
  }

  async #end() {
    this.#isSaved = true;
    this.#isOver = true;
    this.#stopTimers();
    await this.letGo();
    await this.strokes.drop();
    await this.strokes.close();
  }

  /** A reload opens it no more: its end is decided. */
  letGo() {
    return dropHeld(this.userId, this.item).catch(() => {});
  }

  #stopTimers() {
    this.#listening.abort();
    this.#timers.forEach(clearInterval);
  }

  /** Stop renewing and saving; what is not kept yet is kept now. */
  close() {
    this.#stopTimers();
    if (!this.#isOver) this.#closing ??= this.#keep().then(() => this.strokes.close());
    return this.#closing;
  }
}

/** @param {unknown} error @returns {string} */
export function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
