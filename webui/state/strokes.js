/**
 * Keeps unsubmitted strokes in the browser (IndexedDB), so that a reload or a crash loses none.
 *
 * Each opening of an item writes a branch of its own: two tabs never write into one another's
 * work. The newest branch is read back; it is dropped once what was read stands in the new one.
 *
 * @typedef {import("../editor/stroke-log.js").Entry} Entry
 * @typedef {{strokes: number, clicks: number, undos: number}} Effort
 * @typedef {{effort: Effort, activeSeconds: number, keptAt: number}} Circumstances
 * @typedef {{labels: Uint8Array} & Circumstances} Kept
 * @typedef {[item: string, branch: string, number: number]} Key
 */

import { replay, StrokeRecorder } from "../editor/stroke-log.js";
import { openStore } from "./database.js";

const inStore = openStore("maskloop-strokes", "entries");
/** Work that nobody came back to for so long is old. */
const KEPT_MS = 14 * 24 * 3600 * 1000;

/** Arrays come after all names and numbers. @param {string[]} start @returns {IDBKeyRange} all keys that begin so */
const startingWith = (...start) => IDBKeyRange.bound(start, [...start, []]);

export class StrokeLog {
  /** Work found when the log was opened. @type {Kept | null} */ kept = null;
  /** Branches that the first entry here makes superfluous. @type {string[]} */ #adopted = [];
  /** @type {StrokeRecorder | null} */ #recorder = null;
  /** @type {Promise<void> | null} */ #writing = null;
  #number = 0;
  #snapshotNumber = 0;
  /** @type {() => void} */ #letGo = () => {};

  /** @param {string} userId @param {string} itemId */
  constructor(userId, itemId) {
    this.item = `${userId}/${itemId}`;
    this.branch = `${Date.now()}-${crypto.randomUUID()}`;
  }

  /**
   * Open an item's log and read what is kept of it. Where the browser keeps nothing, so does the
   * log: the first attempt to write says why.
   *
   * @param {string} userId @param {string} itemId @returns {Promise<StrokeLog>}
   */
  static async open(userId, itemId) {
    const log = new StrokeLog(userId, itemId);
    await log.#hold();
    await log.#find().catch(() => {});
    return log;
  }

  /** What is kept of an item; null where it cannot be read. @param {string} userId @param {string} itemId */
  static async read(userId, itemId) {
    const log = new StrokeLog(userId, itemId);
    await log.#find();
    return log.kept;
  }

  /** Show other tabs that this branch is being written. */
  async #hold() {
    await new Promise((resolve) => {
      const held = new Promise((letGo) => (this.#letGo = () => letGo(undefined)));
      const asked = navigator.locks?.request(lockOf(this.branch), () => {
        resolve(undefined);
        return held;
      });
      if (!asked) resolve(undefined);
      asked?.catch(resolve);
    });
  }

  async #find() {
    const range = startingWith(this.item);
    const asked = await inStore("readonly", (store) => ({
      keys: store.getAllKeys(range),
      values: store.getAll(range),
    }));
    const keys = /** @type {Key[]} */ (asked.keys.result);
    /** @type {Map<string, Array<Entry & Circumstances>>} */
    const branches = new Map(keys.map(([, branch]) => [branch, []]));
    keys.forEach(([, branch], at) => branches.get(branch)?.push(asked.values.result[at]));
    const last = (/** @type {string} */ name) => branches.get(name)?.at(-1)?.keptAt ?? 0;
    const newest = [...branches.keys()].sort((a, b) => last(b) - last(a))[0];
    const entries = branches.get(newest);
    const mask = entries && replay(entries);
    if (!entries || !mask) return;
    const { effort, activeSeconds, keptAt } = /** @type {Circumstances} */ (entries.at(-1));
    this.kept = { labels: mask.labels, effort, activeSeconds, keptAt };
    if (!(await listLiving()).has(newest)) this.#adopted = [newest];
  }

  /**
   * Write down what was done since the last time; at once, or after what is being written.
   *
   * @param {import("../editor/correction.js").Correction} correction
   * @param {() => number} secondsOf the work so far
   * @returns {Promise<void>} once it is on the disk
   */
  keep(correction, secondsOf) {
    const before = this.#writing ?? Promise.resolve();
    const writing = before.catch(() => {}).then(() => this.#write(correction, secondsOf()));
    this.#writing = writing;
    return writing;
  }

  /** @param {import("../editor/correction.js").Correction} correction @param {number} activeSeconds */
  async #write(correction, activeSeconds) {
    this.#recorder ??= new StrokeRecorder(correction);
    const entry = this.#recorder.next();
    if (!entry) return;
    const circumstances = { effort: { ...correction.effort }, activeSeconds, keptAt: Date.now() };
    try {
      await inStore("readwrite", (store) => this.#put(store, { ...entry, ...circumstances }));
    } catch (error) {
      this.#recorder.startAnew();
      throw error;
    }
    if (entry.kind === "snapshot") this.#adopted = [];
  }

  /** @param {IDBObjectStore} store @param {Entry & Circumstances} entry */
  #put(store, entry) {
    const number = ++this.#number;
    if (entry.kind === "snapshot") {
      for (const branch of [this.branch, ...this.#adopted])
        store.delete(startingWith(this.item, branch));
      this.#snapshotNumber = number;
    } else {
      // Tiles without the snapshot below them could not be read back.
      const found = store.count([this.item, this.branch, this.#snapshotNumber]);
      found.onsuccess = () => found.result === 0 && store.transaction.abort();
    }
    store.put(entry, [this.item, this.branch, number]);
  }

  /** The item is over: drop what is kept of it, but for what another tab is still writing. */
  async drop() {
    await this.#writing?.catch(() => {});
    const range = startingWith(this.item);
    const keys = await inStore("readonly", (store) => store.getAllKeys(range));
    const living = await listLiving();
    const over = new Set(/** @type {Key[]} */ (keys.result).map(([, branch]) => branch));
    await inStore("readwrite", (store) => {
      for (const branch of over)
        if (branch === this.branch || !living.has(branch))
          store.delete(startingWith(this.item, branch));
    });
  }

  /** Write no more. */
  async close() {
    await this.#writing?.catch(() => {});
    this.#letGo();
  }
}

/** @param {string} branch */
const lockOf = (branch) => `maskloop-strokes/${branch}`;

/** @returns {Promise<Set<string>>} branches that a tab is writing now */
async function listLiving() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map(({ name }) => name?.split("/")[1] ?? ""));
}

/** An item has been submitted: drop what is kept of it. @param {string} userId @param {string} itemId */
export function dropStrokes(userId, itemId) {
  return new StrokeLog(userId, itemId).drop();
}

/**
 * @param {string} userId @param {number} now milliseconds
 * @returns {Promise<string[]>} the items of this person's that nobody has opened for long
 */
export async function listOldStrokes(userId, now) {
  // "0" is the character after "/".
  const range = IDBKeyRange.bound([`${userId}/`], [`${userId}0`]);
  const asked = await inStore("readonly", (store) => store.getAllKeys(range));
  const living = await listLiving();
  /** @type {Map<string, number>} */
  const opened = new Map();
  for (const [item, branch] of /** @type {Key[]} */ (asked.result)) {
    const at = living.has(branch) ? now : Number.parseInt(branch);
    opened.set(item, Math.max(at, opened.get(item) ?? 0));
  }
  const old = [...opened].filter(([, at]) => now - at > KEPT_MS);
  return old.map(([item]) => item.slice(userId.length + 1));
}

/** Keep work that was found elsewhere, as it stood then. @param {string} item @param {Entry & Circumstances} entry */
export async function keepFound(item, entry) {
  await inStore("readwrite", (store) => store.put(entry, [item, `${entry.keptAt}-found`, 1]));
}
