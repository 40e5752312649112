/** Who is signed in, and what this person prefers in this browser. */

import { call, get } from "../client/request.js";
import { signal } from "../vendor/preact.js";
import { isLanguage, useLanguage } from "./language.js";
import { loadPreferences, preferences } from "./preferences.js";
import { useTheme } from "./theme.js";

/** @type {import("../vendor/preact.js").Signal<import("../client/types.d.ts").User | null>} */
export const user = signal(null);

export async function loadSession() {
  /** @type {import("../client/types.d.ts").Session} */
  const session = await get("/sessions/current");
  await applyPreferences();
  user.value = session.user;
}

/** The person's own language and theme, before the first page is drawn. */
async function applyPreferences() {
  // Whoever cannot be asked gets what this browser had last.
  await loadPreferences().catch(() => {});
  const { language: spoken, theme } = preferences.peek();
  if (theme) useTheme(theme);
  if (isLanguage(spoken)) await useLanguage(spoken);
}

/** @param {string} token of a one-time link */
export async function signIn(token) {
  /** @type {import("../client/types.d.ts").Session} */
  const session = await call("POST", "/sessions", { json: { token } });
  await applyPreferences();
  user.value = session.user;
}

export async function signOut() {
  await call("DELETE", "/sessions/current");
  user.value = null;
}

/**
 * A preference of this person; kept in this browser.
 *
 * @template {string | number} T
 * @param {string} name @param {T} fallback @returns {T}
 */
export function preference(name, fallback) {
  const kept = localStorage.getItem(preferenceKey(name));
  if (kept === null) return fallback;
  return /** @type {T} */ (typeof fallback === "number" ? Number(kept) || fallback : kept);
}

/** @param {string} name @param {string | number} value */
export function prefer(name, value) {
  localStorage.setItem(preferenceKey(name), String(value));
}

/** @param {string} name */
function preferenceKey(name) {
  return `maskloop.${user.peek()?.id ?? "anyone"}.${name}`;
}
