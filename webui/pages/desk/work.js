/**
 * The work on one leased item: its editor, and keeping, saving and renewing it until it ends.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 * @typedef {import("../../editor/editor.js").Editor} Editor
 *
 * How safe the work is; the desk shows it at all times.
 * @typedef {{kind: "unchanged" | "kept" | "saving" | "saved" | "offline" | "failed",
 *            why?: string, at?: number}} SaveState
 */

import { ApiError } from "../../client/request.js";
import * as api from "../../client/items.js";
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
  /** @type {Promise<unknown>} */ #saving = Promise.resolve();
  /** @type {ReturnType<typeof setInterval>[]} */ #timers = [];

  /**
   * @param {Item} item
   * @param {Editor} editor
   * @param {{strokes: import("../../state/strokes.js").StrokeLog, onLost: () => void}} given
   */
  constructor(item, editor, { strokes, onLost }) {
    this.item = item;
    this.editor = editor;
    this.strokes = strokes;
    this.onLost = onLost;
    this.activity = new Activity(strokes.kept?.activeSeconds);
    this.#timers = [
      setInterval(() => void this.#keep(), KEEP_MS),
      setInterval(() => void this.saveDraft(), SAVE_MS),
      setInterval(() => void this.renew(), HEARTBEAT_MS),
    ];
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
    if (this.save.value.kind !== "offline") this.save.value = { kind: "kept" };
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
    if (this.#isSaved || this.editor.correction.history.isOpen || this.save.value.kind === "saving")
      return;
    this.#isSaved = true;
    this.save.value = { kind: "saving" };
    this.#saving = this.#putDraft();
    await this.#saving;
  }

  async #putDraft() {
    try {
      await api.putDraft(this.item.id, this.editor.correction.mask);
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
      this.onLost();
      return;
    }
    const isAway = error instanceof ApiError && error.isAway;
    this.save.value = isAway ? { kind: "offline" } : { kind: "failed", why: reasonOf(error) };
  }

  /** @returns {Promise<import("../../client/types.d.ts").Submission>} */
  async submit() {
    const { correction } = this.editor;
    await Promise.all([this.#saving, this.#keep()]);
    this.save.value = { kind: "saving" };
    const effort = { active_seconds: this.activity.seconds, ...correction.effort };
    try {
      const answer = await api.submitItem(
        this.item.id,
        this.leaseId,
        correction.mask,
        effort,
        this.#key,
      );
      await this.#end();
      return answer;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  /** @param {string} reason */
  async skip(reason) {
    await api.skipItem(this.item.id, this.leaseId, reason);
    await this.#end();
  }

  async release() {
    await api.releaseItem(this.item.id, this.leaseId);
    await this.#end();
  }

  async #end() {
    this.#isSaved = true;
    this.#isOver = true;
    this.#stopTimers();
    await this.strokes.drop();
    await this.strokes.close();
  }

  #stopTimers() {
    this.#timers.forEach(clearInterval);
  }

  /** Stop renewing and saving; what is not kept yet is kept now. */
  close() {
    this.#stopTimers();
    if (!this.#isOver) void this.#keep().then(() => this.strokes.close());
  }
}

/** @param {unknown} error @returns {string} */
export function reasonOf(error) {
  return error instanceof Error ? error.message : String(error);
}
