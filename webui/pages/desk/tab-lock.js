/**
 * One tab of a browser works on an item at a time: the tab that holds the item's lock.
 *
 * Two browsers of one person are told apart by the service, which sees two revisions.
 */

/** A tab that is asked to let go keeps its newest work first; the taker waits this long for it. */
const HANDOVER_MS = 400;

export class TabLock {
  /** @type {() => void} */ #release = () => {};
  isHeld = false;

  /** @param {string} itemId */
  constructor(itemId) {
    this.name = `maskloop.item.${itemId}`;
  }

  /**
   * @param {{steal: boolean, onLost: () => void}} how `onLost` when another tab takes it away
   * @returns {Promise<boolean>} whether this tab has it
   */
  take({ steal, onLost }) {
    return new Promise((resolve) => {
      const held = navigator.locks.request(
        this.name,
        steal ? { steal } : { ifAvailable: true },
        (lock) => {
          this.isHeld = lock !== null;
          if (!lock) return resolve(false);
          setTimeout(() => resolve(true), steal ? HANDOVER_MS : 0);
          return new Promise((release) => (this.#release = () => release(undefined)));
        },
      );
      held.catch(() => {
        if (!this.isHeld) return resolve(false);
        this.isHeld = false;
        onLost();
      });
    });
  }

  release() {
    this.isHeld = false;
    this.#release();
  }
}
