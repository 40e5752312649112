/** This page's one outbox: kept in IndexedDB, sent when the connection or the session is back. */

import { sendSealed } from "../client/items.js";
import { openStore } from "./database.js";
import { Outbox } from "./outbox.js";
import { dropStrokes } from "./strokes.js";

const LOCK = "maskloop.outbox";
const inStore = openStore("maskloop-outbox", "submissions", { keyPath: "key" });

export const outbox = new Outbox({
  store: {
    all: async () => (await inStore("readonly", (store) => store.getAll())).result,
    put: (entry) => inStore("readwrite", (store) => store.put(entry)),
    drop: (key) => inStore("readwrite", (store) => store.delete(key)),
  },
  send: async (entry) => {
    const answer = await sendSealed(entry);
    // On whatever page: the service has them now.
    void dropStrokes(entry.userId, entry.itemId).catch(() => {});
    return answer;
  },
  exclusively: (act) => navigator.locks.request(LOCK, act),
});

/** Send again as soon as it may work again, for as long as the page is open. */
export function watchConnection() {
  addEventListener("online", () => void outbox.flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void outbox.flush();
  });
}
