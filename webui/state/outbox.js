/**
 * Submissions on their way: each is kept until the service has answered it, and sent until it has.
 *
 * A submission carries one key however often it is sent, so that it counts once. What the service
 * refuses for good stays in the list, with why, until the person has decided about it.
 *
 * @typedef {{
 *   key: string, userId: string, projectId: string, itemId: string, leaseId: string, name: string,
 *   classes: import("../client/types.d.ts").LabelClass[], bytes: Uint8Array<ArrayBuffer>,
 *   effort: import("../client/items.js").Effort, replaces: number | null, queuedAt: number,
 * }} Sealed
 * @typedef {"waiting" | "late" | "stale" | "refused"} Fate
 * @typedef {Sealed & {fate: Fate, why?: string}} Entry
 * @typedef {import("../client/types.d.ts").Submission} Submission
 * @typedef {{all(): Promise<Entry[]>, put(entry: Entry): Promise<unknown>, drop(key: string): Promise<unknown>}} Store
 */

import { ApiError } from "../client/request.js";
import { signal } from "../vendor/preact.js";

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30_000;

export class Outbox {
  /** @type {import("../vendor/preact.js").Signal<Entry[]>} */ entries = signal(
    /** @type {Entry[]} */ ([]),
  );
  /** Whether the last try did not reach the service, not with a session, or too soon. */
  isAway = signal(false);
  /** @type {(entry: Entry, answer: Submission) => void} */ onSent = () => {};
  #store;
  #send;
  #exclusively;
  #firstWaitMs;
  #wait;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Promise<void> | null} */ #flushing = null;

  /**
   * @param {{store: Store, send: (entry: Entry) => Promise<Submission>,
   *          exclusively?: (act: () => Promise<void>) => Promise<void>, firstWaitMs?: number}} given
   *   `exclusively` lets one tab send at a time
   */
  constructor({ store, send, exclusively = (act) => act(), firstWaitMs = FIRST_WAIT_MS }) {
    this.#store = store;
    this.#send = send;
    this.#exclusively = exclusively;
    this.#firstWaitMs = firstWaitMs;
    this.#wait = firstWaitMs;
  }

  /** Read what an earlier page, or another tab, has left. @param {string} userId */
  async open(userId) {
    const all = await this.#store.all();
    this.entries.value = all.filter((entry) => entry.userId === userId);
    void this.flush();
  }

  get waiting() {
    return this.entries.value.filter(({ fate }) => fate === "waiting");
  }

  /** Kept until it is sent, which `flush` does. @param {Sealed} sealed */
  async keep(sealed) {
    /** @type {Entry} */
    const entry = { ...sealed, fate: "waiting" };
    await this.#store.put(entry);
    this.entries.value = [...this.entries.value, entry];
  }

  /** Send all that waits, one after the other; what comes meanwhile is sent as well. */
  flush() {
    clearTimeout(this.#timer);
    this.#flushing ??= this.#exclusively(() => this.#sendAll())
      .catch(() => {})
      .finally(() => this.#flushed());
    return this.#flushing;
  }

  /** What waits still, because the service is away or it came meanwhile, is tried again. */
  #flushed() {
    this.#flushing = null;
    if (this.waiting.length === 0) return;
    this.#timer = setTimeout(() => void this.flush(), this.isAway.value ? this.#wait : 0);
    if (this.isAway.value) this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }

  /** After the tries that are going on: whether nothing waits any more. */
  async settled() {
    if (this.waiting.length > 0) await this.flush();
    return this.waiting.length === 0;
  }

  async #sendAll() {
    for (let [next] = this.waiting; next; [next] = this.waiting) {
      if (!(await this.#sendOne(next))) return;
    }
  }

  /** @param {Entry} entry @returns {Promise<boolean>} whether the service has answered */
  async #sendOne(entry) {
    let answer;
    try {
      answer = await this.#send(entry);
    } catch (error) {
      return this.#failed(entry, error);
    }
    this.isAway.value = false;
    this.#wait = this.#firstWaitMs;
    await this.drop(entry);
    this.onSent(entry, answer);
    return true;
  }

  /** @param {Entry} entry @param {unknown} error */
  async #failed(entry, error) {
    const isOurs = error instanceof ApiError;
    if (!isOurs || isForNow(error)) {
      this.isAway.value = true;
      return false;
    }
    this.isAway.value = false;
    await this.#change({ ...entry, fate: fateOf(error), why: error.message });
    return true;
  }

  /** Try a refused one again. @param {Entry} entry */
  async retry(entry) {
    await this.#change({ ...entry, fate: "waiting", why: undefined });
    await this.flush();
  }

  /** @param {Entry} entry */
  async #change(entry) {
    await this.#store.put(entry);
    this.entries.value = this.entries.value.map((one) => (one.key === entry.key ? entry : one));
  }

  /** The person has decided, or the service has it. @param {Entry} entry */
  async drop({ key }) {
    await this.#store.drop(key);
    this.entries.value = this.entries.value.filter((one) => one.key !== key);
  }

  close() {
    clearTimeout(this.#timer);
  }
}

/** Whether the same submission may be taken later. @param {ApiError} error */
function isForNow({ status, problem }) {
  const cameBroken = problem.fields?.some(({ name }) => name === "Content-Digest") ?? false;
  return status === 0 || status >= 500 || status === 401 || status === 429 || cameBroken;
}

/** @param {ApiError} error @returns {Fate} */
function fateOf(error) {
  if (error.type === "assignment_superseded") return "late";
  return error.status === 412 ? "stale" : "refused";
}
