/** The page that was asked for before signing in; the link may be opened in another tab. */

const KEY = "maskloop.next";
/** As long as a sign-in link may take to arrive and be opened. */
const REMEMBERED_MS = 60 * 60 * 1000;

/** @param {string} address */
export function rememberPage(address) {
  localStorage.setItem(KEY, JSON.stringify({ address, at: Date.now() }));
}

/** @returns {string} the page to go on to, once */
export function takeNextPage() {
  const kept = localStorage.getItem(KEY);
  localStorage.removeItem(KEY);
  if (!kept) return "/";
  const { address, at } = JSON.parse(kept);
  // Only ever a path of this site: `//host` would be another one.
  const isOurs =
    typeof address === "string" && /^\/(?!\/)/.test(address) && !address.startsWith("/login");
  return isOurs && Date.now() - at < REMEMBERED_MS ? address : "/";
}
