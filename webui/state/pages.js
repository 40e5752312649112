/** A list of the API, page by page: what has come so far, and the way to the rest. */

import { get } from "../client/request.js";
import { useEffect, useRef, useState } from "../vendor/preact.js";

/**
 * @template T
 * @typedef {{items: T[] | null, next: string | null, why: string, isLoading: boolean}} Loaded
 *     `items` is null before the first page; then it keeps the last list until the new one is there
 */

/**
 * @template T
 * @typedef {Loaded<T> & {
 *   more: () => void, reload: () => Promise<void>, change: (how: (rows: T[]) => T[]) => void,
 * }} Pages
 */

/**
 * The rows at this address; another address (another filter, another order) begins a new list.
 *
 * @template T
 * @param {string | null} path null: nothing to ask for yet
 * @returns {Pages<T>}
 */
export function usePages(path) {
  const [state, setState] = useState(
    /** @type {Loaded<T>} */ ({ items: null, next: null, why: "", isLoading: true }),
  );
  /** The newest question: an answer to an earlier one comes too late, whatever it was about. */
  const wanted = useRef(0);

  /** @param {string} address @param {T[]} before */
  const load = async (address, before) => {
    const asked = ++wanted.current;
    setState((now) => ({ ...now, why: "", isLoading: true }));
    try {
      /** @type {import("../client/types.d.ts").Page<T>} */
      const { items, next } = await get(address);
      if (wanted.current !== asked) return;
      setState({ items: [...before, ...items], next, why: "", isLoading: false });
    } catch (error) {
      if (wanted.current !== asked) return;
      const why = error instanceof Error ? error.message : String(error);
      setState((now) => ({ ...now, why, isLoading: false }));
    }
  };
  useEffect(() => {
    if (path) void load(path, []);
    return () => {
      wanted.current++;
    };
  }, [path]);

  return {
    ...state,
    more: () => {
      if (state.next && !state.isLoading) void load(state.next, state.items ?? []);
    },
    reload: async () => {
      if (path) await load(path, []);
    },
    change: (how) => setState((now) => ({ ...now, items: now.items && how(now.items) })),
  };
}
