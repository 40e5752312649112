/** One answer of the API that a part of a page shows, asked for again when something has changed. */

import { get } from "../client/request.js";
import { useEffect, useState } from "../vendor/preact.js";

/**
 * @template T
 * @param {string | null} path null: nothing to ask for
 * @param {unknown} version another one asks again; what was there stays until the answer comes
 * @returns {{data: T | null, why: string}}
 */
export function useFetched(path, version) {
  const [state, setState] = useState(
    /** @type {{data: T | null, why: string}} */ ({ data: null, why: "" }),
  );
  useEffect(() => {
    if (!path) return undefined;
    const asked = new AbortController();
    get(path, asked.signal).then(
      (data) => setState({ data: /** @type {T} */ (data), why: "" }),
      (error) => asked.signal.aborted || setState((now) => ({ ...now, why: error.message })),
    );
    return () => asked.abort();
  }, [path, version]);
  return state;
}
