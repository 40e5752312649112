/** One object store of this browser's IndexedDB, opened when it is first wanted. */

/**
 * @param {string} name of the database @param {string} storeName @param {IDBObjectStoreParameters} [options]
 * @returns {<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => T) => Promise<T>}
 *   runs `act`, which starts the requests of one transaction; fulfilled once all of it is on the disk
 */
export function openStore(name, storeName, options) {
  /** @type {Promise<IDBDatabase> | null} */
  let opened = null;
  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(storeName, options);
      asked.onsuccess = () => {
        // Closed from outside, as when the site's data is cleared: the next use opens it again.
        asked.result.onclose = () => (opened = null);
        // A tab that deletes it waits for no other.
        asked.result.onversionchange = () => {
          asked.result.close();
          opened = null;
        };
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error);
    });
    opened.catch(() => (opened = null));
    return opened;
  };
  return async (mode, act) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode, { durability: "strict" });
      const asked = act(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(asked);
      transaction.onabort = () =>
        reject(transaction.error ?? new Error("What was kept before is gone."));
    });
  };
}
