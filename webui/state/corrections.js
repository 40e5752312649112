/** What earlier versions of the desk kept of each item, whole masks under one key: found work like any other. */

import { encodeRuns } from "../editor/codec.js";
import { openStore } from "./database.js";
import { keepFound } from "./strokes.js";

const NAME = "maskloop";

/** Move it to where strokes are kept, of every person; nothing is lost where this is broken off. */
export async function takeOverCorrections() {
  const there = await indexedDB.databases();
  if (!there.some(({ name }) => name === NAME)) return;
  const inStore = openStore(NAME, "corrections");
  const asked = await inStore("readonly", (store) => ({ keys: store.getAllKeys(), values: store.getAll() }));
  const keys = /** @type {string[]} */ (asked.keys.result);
  for (const [at, key] of keys.entries()) {
    const { labels, effort, activeSeconds, keptAt } = asked.values.result[at];
    // A log needs the labels alone: they lie in one row, since their picture's size is not known here.
    const runs = encodeRuns({ width: labels.length, height: 1, labels });
    await keepFound(key, { kind: "snapshot", runs, effort, activeSeconds, keptAt });
    await inStore("readwrite", (store) => store.delete(key));
  }
  indexedDB.deleteDatabase(NAME);
}
