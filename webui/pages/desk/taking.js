/**
 * What is on the desk, and how it came there: the next item, this very one, or two versions of one;
 * and what the desk says where there is none.
 *
 * @typedef {import("../../editor/editor.js").Editor} Editor
 * @typedef {import("../../client/types.d.ts").Problem} Problem
 * @typedef {import("../../state/outbox.js").Entry} Entry
 * @typedef {import("./fetched.js").Fetched} Fetched
 * @typedef {"loading" | "editing" | "empty" | "exhausted" | "lost" | "elsewhere" | "away" | "failed"} Phase
 */

import { ApiError } from "../../client/request.js";
import * as api from "../../client/items.js";
import { outbox } from "../../state/sending.js";
import * as texts from "../../texts.js";
import { signal } from "../../vendor/preact.js";
import { nameOf } from "./class-names.js";
import { fetchItem } from "./fetched.js";
import { Hand } from "./hand.js";
import { Leftovers } from "./leftovers.js";
import { Merge } from "./merge.js";
import { Notice } from "./notice.js";
import { Switches } from "./switches.js";
import { reasonOf } from "./work.js";

/** While the service is away, the desk asks for the next item this often. */
const ASK_AGAIN_MS = 3000;

export class Taking extends Switches {
  phase = signal(/** @type {Phase} */ ("loading"));
  why = signal("");
  /** How the lease of a lost item ended. */
  lostBy = signal(/** @type {Problem | null} */ (null));
  notice = new Notice();
  /** Two versions of one image side by side. @type {import("../../vendor/preact.js").Signal<Merge | null>} */
  merge = signal(null);
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #again;
  #isClosed = false;

  /** @param {string} projectId @param {HTMLElement} stage */
  constructor(projectId, stage) {
    super();
    this.projectId = projectId;
    this.stage = stage;
    this.hand = new Hand(projectId, stage);
    this.work = this.hand.work;
    this.changed = this.hand.changed;
    this.moved = this.hand.moved;
    this.leftovers = new Leftovers(projectId);
    void this.leftovers.find();
  }

  /** @returns {Editor | null} */
  get editor() {
    return this.work.peek()?.editor ?? null;
  }

  /** Open the next item: the one fetched ahead, else what the queue gives. @param {{steal?: boolean}} [how] */
  async next({ steal = false } = {}) {
    const ahead = this.hand.takeAhead();
    // What is ready takes the place of what is on screen at once, without a blank between them.
    if (!ahead?.isReady) this.#clear();
    await this.busily(async () => {
      const ready = await ahead?.use();
      if (!ready) this.#clear();
      if (ready) await this.openAhead(ready);
      else await this.#openNext(steal);
    });
  }

  /** Whatever would open or end something else waits. @param {() => Promise<unknown>} open */
  async busily(open) {
    this.isBusy.value = true;
    try {
      await open();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.isBusy.value = false;
    }
  }

  #clear() {
    this.leave();
    this.phase.value = "loading";
  }

  /** @param {boolean} steal */
  async #openNext(steal) {
    // The queue would give an item again whose submission is still on its way.
    if (!(await outbox.settled())) return this.#goOnWithout();
    const item = await api.takeItem(this.projectId);
    if (this.#isClosed) return;
    if (item) await this.#show(item, { steal });
    else this.phase.value = "empty";
  }

  /** Open this very item: work that came too late and may go on. @param {string} itemId */
  openItem(itemId) {
    this.#clear();
    return this.busily(async () => {
      await this.#show(await api.leaseItem(itemId), { steal: true });
      void this.leftovers.find();
    });
  }

  /** Lay a submission beside the newer version that it met. @param {Entry} entry */
  openMerge(entry) {
    this.#clear();
    return this.busily(async () => {
      const merge = await Merge.of(entry, this.stage);
      if (this.#isClosed) return;
      this.merge.value = merge;
      this.hand.begin(merge.work);
      this.phase.value = "editing";
    });
  }

  /** @param {import("../../client/types.d.ts").Item} item @param {{steal: boolean}} how */
  async #show(item, { steal }) {
    const onLost = (/** @type {Problem} */ problem) => this.#lose(problem);
    await this.#open(await fetchItem(item), onLost, steal);
  }

  /** @param {unknown} error */
  #failed(error) {
    if (this.#isClosed) return;
    this.leave();
    const refusal = error instanceof ApiError ? error : null;
    if (refusal?.isAway || refusal?.status === 401) return void this.#goOnWithout();
    const isExhausted = refusal?.type === "budget_exhausted";
    this.phase.value = isExhausted ? "exhausted" : "failed";
    this.why.value = reasonOf(error);
  }

  /** While the service is away: with the item that was in hand before a reload, else wait. */
  async #goOnWithout() {
    const held = await this.hand.readHeld();
    if (this.#isClosed) return;
    if (held) {
      await this.#open(held, (problem) => this.#lose(problem), false);
      this.notice.say(texts.desk.heldHere);
      return void this.work.peek()?.renew();
    }
    this.phase.value = "away";
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.next(), ASK_AGAIN_MS);
  }

  /** @param {Problem} problem */
  #lose(problem) {
    void this.work.peek()?.letGo();
    this.lostBy.value = problem;
    this.phase.value = "lost";
  }

  /** Shown at once; its lease is asked for meanwhile. Lost before a stroke, it makes way for another. @param {Fetched} ready */
  async openAhead(ready) {
    const onLost = (/** @type {Problem} */ problem) => {
      if (this.editor?.isUntouched) void this.next();
      else this.#lose(problem);
    };
    this.merge.value = null;
    await this.#open(ready, onLost, false);
    void this.work.peek()?.renew();
  }

  /** @param {Fetched} fetched @param {(problem: Problem) => void} onLost when its lease has ended @param {boolean} steal */
  async #open(fetched, onLost, steal) {
    const onElsewhere = () => {
      this.leave();
      this.phase.value = "elsewhere";
    };
    const opened = await this.hand.open(fetched, { steal, onLost, onElsewhere });
    if (opened === "closed") return;
    this.phase.value = "editing";
    if (opened === "restored")
      this.notice.say(fetched.item.returned ? texts.desk.returnedHelp : texts.desk.restored);
  }

  /** @param {number} label */
  nameOf(label) {
    return nameOf(this.work.peek()?.item.class_list.classes ?? [], label);
  }

  /** What is on the desk makes way; what is drawn is kept. */
  leave() {
    this.hand.leave();
    this.merge.value = null;
    clearTimeout(this.#again);
  }

  close() {
    this.#isClosed = true;
    this.notice.close();
    clearTimeout(this.#again);
    this.hand.close();
  }
}
