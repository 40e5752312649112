/**
 * Keeps unsubmitted work in the browser (IndexedDB), so that a reload or a crash loses none.
 *
 * @typedef {{labels: Uint8Array, effort: {strokes: number, clicks: number, undos: number},
 *            activeSeconds: number, keptAt: number}} Kept
 */

const DATABASE = "maskloop";
const STORE = "corrections";
/** Work on an item that never came back is dropped after this. */
const KEPT_MS = 14 * 24 * 3600 * 1000;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function inStore(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {string} userId @param {string} itemId */
const keyOf = (userId, itemId) => `${userId}/${itemId}`;

/** @param {string} userId @param {string} itemId @param {Kept} work */
export function keepWork(userId, itemId, work) {
  return inStore("readwrite", (store) => store.put(work, keyOf(userId, itemId)));
}

/** @param {string} userId @param {string} itemId @returns {Promise<Kept | undefined>} */
export function findWork(userId, itemId) {
  return inStore("readonly", (store) => store.get(keyOf(userId, itemId)));
}

/** @param {string} userId @param {string} itemId */
export function dropWork(userId, itemId) {
  return inStore("readwrite", (store) => store.delete(keyOf(userId, itemId)));
}

/** Forget what is too old to come back. @param {number} now milliseconds */
export async function dropOldWork(now) {
  const database = await open();
  const cursor = database.transaction(STORE, "readwrite").objectStore(STORE).openCursor();
  cursor.onsuccess = () => {
    if (!cursor.result) return;
    if (now - cursor.result.value.keptAt > KEPT_MS) cursor.result.delete();
    cursor.result.continue();
  };
}
