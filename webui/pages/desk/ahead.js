/**
 * The item after the one on screen: leased, fetched and kept in this person's hands meanwhile.
 *
 * It is a guess that saves time and nothing more: what cannot be had now, or is lost before it is
 * wanted, is taken from the queue when it is wanted.
 *
 * @typedef {import("../../client/types.d.ts").Item} Item
 */

import { ApiError } from "../../client/request.js";

/** @template Fetched */
export class Ahead {
  #asks;
  #timer;
  #isOver = false;
  #isFetched = false;
  /** @type {Item | null} */ #item = null;
  /** @type {Promise<Fetched | null>} */ #fetched;

  /**
   * @param {string} currentId of the item on screen
   * @param {{take: () => Promise<Item | null>, fetch: (item: Item) => Promise<Fetched>,
   *          renew: (item: Item) => Promise<unknown>, release: (item: Item) => Promise<unknown>}} asks
   * @param {number} renewMs
   */
  constructor(currentId, asks, renewMs) {
    this.#asks = asks;
    this.#fetched = this.#fetch(currentId).catch(() => null);
    this.#timer = setInterval(() => void this.#renew(), renewMs);
  }

  /** @param {string} currentId */
  async #fetch(currentId) {
    const item = await this.#asks.take();
    // The queue gives the item on screen again where that one's own lease has ended.
    if (!item || item.id === currentId || this.#isOver) return null;
    this.#item = item;
    const fetched = await this.#asks.fetch(item);
    this.#isFetched = true;
    return fetched;
  }

  /** Whether `use` gives an item at once. */
  get isReady() {
    return this.#isFetched && !this.#isOver;
  }

  async #renew() {
    if (!this.#item) return;
    try {
      await this.#asks.renew(this.#item);
    } catch (error) {
      const isLost = error instanceof ApiError && error.type === "assignment_superseded";
      if (isLost) this.close();
    }
  }

  /** The item with all that opens it; null where the queue must be asked. @returns {Promise<Fetched | null>} */
  async use() {
    const fetched = this.#isOver ? null : await this.#fetched;
    const isLost = this.#isOver;
    this.close();
    return isLost ? null : fetched;
  }

  /** Give it back to the queue: this person goes. */
  async giveBack() {
    await this.#fetched;
    const item = this.#isOver ? null : this.#item;
    this.close();
    if (item) await this.#asks.release(item);
  }

  /** Renew it no longer. */
  close() {
    this.#isOver = true;
    clearInterval(this.#timer);
  }
}
