/** Which page an address shows, and going from one to another without loading anew. */

import { batch, signal } from "./vendor/preact.js";

export const path = signal(location.pathname);

/** What stands behind the question mark: a list's filters, so that back and a bookmark keep them. */
export const query = signal(location.search);

function follow() {
  batch(() => {
    path.value = location.pathname;
    query.value = location.search;
  });
}

addEventListener("popstate", follow);

/** @param {string} to @param {{replace?: boolean}} [how] */
export function go(to, { replace = false } = {}) {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  const isAnotherPage = path.peek() !== location.pathname;
  follow();
  if (isAnotherPage) scrollTo(0, 0);
}

/** Follow links inside the app here; leave new tabs, other sites and the API to the browser. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.origin !== location.origin)
    return;
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

/**
 * @template T
 * @param {Array<[RegExp, (...parts: string[]) => T]>} routes
 * @param {string} address
 * @returns {T | null}
 */
export function match(routes, address) {
  for (const [pattern, page] of routes) {
    const found = pattern.exec(address);
    if (found) return page(...found.slice(1).map(decodeURIComponent));
  }
  return null;
}
