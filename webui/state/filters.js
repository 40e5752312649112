/** A list's filters and order, kept in the address: back, a reload and a bookmark bring them again. */

import { go, path, query } from "../router.js";

/**
 * @template {string} N
 * @typedef {{values: Record<N, string>, search: string, isNarrowed: boolean,
 *            set: (name: N, value: string) => void, clear: () => void}} Filters
 *     `search` for the API's address
 */

/**
 * @template {string} N
 * @param {readonly N[]} names of the filters
 * @returns {Filters<N>}
 */
export function useFilters(names) {
  const given = new URLSearchParams(query.value);
  const entries = names.map((name) => /** @type {[N, string]} */ ([name, given.get(name) ?? ""]));
  const set = new URLSearchParams(entries.filter(([, value]) => value));
  return {
    values: /** @type {Record<N, string>} */ (Object.fromEntries(entries)),
    search: set.toString(),
    isNarrowed: entries.some(([name, value]) => value !== "" && name !== "sort"),
    set: (name, value) => {
      const next = new URLSearchParams(set);
      if (value) next.set(name, value);
      else next.delete(name);
      show(next);
    },
    clear: () => show(new URLSearchParams(entries.filter(([name, value]) => name === "sort" && value))),
  };
}

/** @param {URLSearchParams} wanted */
function show(wanted) {
  const search = wanted.toString();
  go(path.peek() + (search ? `?${search}` : ""), { replace: true });
}
