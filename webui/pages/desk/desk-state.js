/**
 * What the desk is doing: taking the next item, showing it, ending it; and what its panels show.
 *
 * @typedef {import("../../editor/editor.js").Editor} Editor
 * @typedef {import("./fetched.js").Fetched} Fetched
 * @typedef {"loading" | "editing" | "empty" | "exhausted" | "lost" | "failed"} Phase
 */

import { ApiError } from "../../client/request.js";
import * as api from "../../client/items.js";
import { Editor as EditorOf } from "../../editor/editor.js";
import { prefer, preference, user } from "../../state/session.js";
import { dropOldStrokes, StrokeLog } from "../../state/strokes.js";
import * as texts from "../../texts.js";
import { signal } from "../../vendor/preact.js";
import { Ahead } from "./ahead.js";
import { fetchItem } from "./fetched.js";
import { HEARTBEAT_MS, reasonOf, Work } from "./work.js";

const NOTICE_MS = 6000;

export class DeskState {
  phase = signal(/** @type {Phase} */ ("loading"));
  why = signal("");
  notice = signal("");
  noticeIsBad = signal(false);
  isBusy = signal(false);
  /** Panels and sheets. */
  panelsShown = signal(true);
  keysShown = signal(false);
  searching = signal(false);
  skipping = signal(false);
  isPanning = signal(false);
  /** Counts up when the panels, or the status line, have something new to show. */
  changed = signal(0);
  moved = signal(0);
  /** @type {import("../../vendor/preact.js").Signal<Work | null>} */ work = signal(null);
  /** @type {Ahead<Fetched> | null} */ #ahead = null;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #noticeTimer;
  #isClosed = false;

  /** @param {string} projectId @param {HTMLElement} stage */
  constructor(projectId, stage) {
    this.projectId = projectId;
    this.stage = stage;
    void dropOldStrokes(Date.now()).catch(() => {});
  }

  /** @returns {Editor | null} */
  get editor() {
    return this.work.peek()?.editor ?? null;
  }

  /** Open the next item: the one fetched ahead, else what the queue gives. */
  async next() {
    const ahead = this.#ahead;
    this.#ahead = null;
    this.#leave();
    this.phase.value = "loading";
    try {
      const ready = await ahead?.use();
      if (ready) await this.#openAhead(ready);
      else await this.#openNext();
    } catch (error) {
      const isExhausted = error instanceof ApiError && error.type === "budget_exhausted";
      this.phase.value = isExhausted ? "exhausted" : "failed";
      this.why.value = reasonOf(error);
    }
  }

  async #openNext() {
    const item = await api.takeItem(this.projectId);
    if (this.#isClosed) return;
    if (item) await this.#open(await fetchItem(item), () => (this.phase.value = "lost"));
    else this.phase.value = "empty";
  }

  /** Shown at once; its lease is asked for meanwhile. Lost before a stroke, it makes way for another. @param {Fetched} ready */
  async #openAhead(ready) {
    const isUntouched = () => {
      const history = this.editor?.correction.history;
      return !history?.isOpen && history?.depth === 0 && this.editor?.outline.length === 0;
    };
    await this.#open(ready, () => {
      if (isUntouched()) void this.next();
      else this.phase.value = "lost";
    });
    await this.work.peek()?.renew();
  }

  /** @param {Fetched} fetched @param {() => void} onLost when its lease has ended */
  async #open({ item, picture, model, draft, heat }, onLost) {
    const strokes = await StrokeLog.open(user.peek()?.id ?? "", item.id);
    const { kept } = strokes;
    if (this.#isClosed) return void strokes.close();
    const { classes } = item.class_list;
    const editor = new EditorOf(this.stage, {
      picture,
      model,
      classes,
      label: classes.find(({ id }) => id === preference("label", -1))?.id ?? classes[0]?.id ?? 0,
      brushSize: preference("brush", 18),
      tolerance: preference("tolerance", 24),
      opacity: preference("opacity", 0.5),
    });
    const work = new Work(item, editor, { strokes, onLost });
    this.#restore(editor, kept, draft);
    editor.onChange = (kind) => this.#announce(kind);
    this.work.value = work;
    this.phase.value = "editing";
    if (kept || draft) work.edited();
    this.changed.value++;
    this.stage.focus();
    void this.#addHeat(heat, editor).then(() => this.#fetchAhead(work));
  }

  /** Fetch the item after this one, once this one is all there. @param {Work} work */
  #fetchAhead(work) {
    if (this.#isClosed || this.work.peek() !== work) return;
    this.#ahead = new Ahead(
      work.item.id,
      {
        take: () => api.takeAhead(this.projectId),
        fetch: fetchItem,
        renew: (item) => api.heartbeat(item.id, item.lease?.id ?? ""),
        release: (item) => api.releaseItem(item.id, item.lease?.id ?? ""),
      },
      HEARTBEAT_MS,
    );
  }

  /**
   * @param {Editor} editor
   * @param {import("../../state/strokes.js").Kept | null} kept in this browser: the newest there is
   * @param {import("../../editor/mask.js").Mask | null} draft
   */
  #restore(editor, kept, draft) {
    const labels = kept?.labels ?? draft?.labels;
    if (!labels || labels.length !== editor.correction.mask.labels.length) return;
    editor.edit((correction) => correction.replace(labels));
    if (kept) Object.assign(editor.correction.effort, kept.effort);
    if (editor.correction.changed > 0) this.say(texts.desk.restored);
  }

  /** @param {Fetched["heat"]} heat @param {Editor} editor */
  async #addHeat(heat, editor) {
    const map = await heat;
    if (map && this.editor === editor) editor.setHeat(map);
  }

  /** @param {import("../../editor/editor.js").ChangeKind} kind */
  #announce(kind) {
    if (kind === "edited") this.work.peek()?.edited();
    if (kind === "chosen" && this.editor) {
      prefer("brush", this.editor.brushSize);
      prefer("tolerance", this.editor.tolerance);
      prefer("label", this.editor.label);
      prefer("opacity", this.editor.opacity ?? 0.5);
    }
    if (kind !== "moved") this.changed.value++;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.moved.value++;
    });
  }

  /** A quiet line that goes by itself; a bad one stays until the next. @param {string} text @param {{isBad?: boolean}} [how] */
  say(text, { isBad = false } = {}) {
    clearTimeout(this.#noticeTimer);
    this.notice.value = text;
    this.noticeIsBad.value = isBad;
    if (!isBad) this.#noticeTimer = setTimeout(() => (this.notice.value = ""), NOTICE_MS);
  }

  async submit() {
    await this.#finish(async (work) => {
      const {
        changed_share: share,
        by_class: [most],
      } = await work.submit();
      const mostly = most ? texts.desk.fromTo(this.nameOf(most.from), this.nameOf(most.to)) : null;
      this.say(texts.desk.submitted(share, mostly));
    });
  }

  /** @param {string} reason */
  async skip(reason) {
    this.skipping.value = false;
    await this.#finish(async (work) => {
      await work.skip(reason);
      this.say(texts.desk.skipped);
    });
  }

  async release() {
    const work = this.work.peek();
    if (!work || this.isBusy.value) return false;
    try {
      await work.release();
      await this.#ahead?.giveBack().catch(() => {});
      return true;
    } catch (error) {
      this.say(reasonOf(error), { isBad: true });
      return false;
    }
  }

  /** @param {(work: Work) => Promise<void>} end how the item ends; the next one follows */
  async #finish(end) {
    const work = this.work.peek();
    if (!work || this.isBusy.value || this.phase.value !== "editing") return;
    if (work.editor.correction.history.isOpen) return;
    if (work.editor.outline.length > 0) {
      this.say(texts.desk.outlineOpen, { isBad: true });
      return;
    }
    this.isBusy.value = true;
    try {
      await end(work);
    } catch (error) {
      const isLost = /** @type {Phase} */ (this.phase.value) === "lost";
      if (!isLost) this.say(texts.desk.notSubmitted(reasonOf(error)), { isBad: true });
      return;
    } finally {
      this.isBusy.value = false;
    }
    await this.next();
  }

  /** @param {number} label */
  nameOf(label) {
    if (label === 255) return texts.desk.void;
    const found = this.work.peek()?.item.class_list.classes.find(({ id }) => id === label);
    return found?.name ?? texts.desk.unknownClass(label);
  }

  #leave() {
    const work = this.work.peek();
    work?.close();
    work?.editor.close();
    this.work.value = null;
    this.#ahead?.close();
    this.#ahead = null;
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#noticeTimer);
    cancelAnimationFrame(this.#frame);
    this.#leave();
  }
}
