/** This page's one outbox: kept in IndexedDB, sent when the connection or the session is back. */

import { sendSealed } from "../client/items.js";
import { Outbox } from "./outbox.js";

const DATABASE = "maskloop-outbox";
const STORE = "submissions";
const LOCK = "maskloop.outbox";

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
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

export const outbox = new Outbox({
  store: {
    all: () => inStore("readonly", (store) => store.getAll()),
    put: (entry) => inStore("readwrite", (store) => store.put(entry)),
    drop: (key) => inStore("readwrite", (store) => store.delete(key)),
  },
  send: sendSealed,
  exclusively: (act) => navigator.locks.request(LOCK, act),
});

/** Send again as soon as it may work again, for as long as the page is open. */
export function watchConnection() {
  addEventListener("online", () => void outbox.flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void outbox.flush();
  });
}
