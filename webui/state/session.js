/** Who is signed in, and what this person prefers in this browser. */

import { ApiError, call, get } from "../client/request.js";
import { signal } from "../vendor/preact.js";
import { isLanguage, useLanguage } from "./language.js";
import { loadPreferences, preferences } from "./preferences.js";
import { useTheme } from "./theme.js";

/**
 * @typedef {import("../client/types.d.ts").User} User
 * @typedef {{user: User, preferences: import("./preferences.js").Preferences}} LastHere
 */

const LAST_HERE = "maskloop.here";

/** @type {import("../vendor/preact.js").Signal<User | null>} */
export const user = signal(null);

export async function loadSession() {
  const session = await askForSession();
  await applyPreferences();
  enter(session.user);
}

/** While the service is away, who was here last goes on: what they held and drew is in this browser. */
async function askForSession() {
  try {
    /** @type {import("../client/types.d.ts").Session} */
    const session = await get("/sessions/current");
    return session;
  } catch (error) {
    const last = localStorage.getItem(LAST_HERE);
    if (!(error instanceof ApiError && error.isAway && last)) throw error;
    /** @type {LastHere} */
    const kept = JSON.parse(last);
    preferences.value = kept.preferences;
    return kept;
  }
}

/** @param {User} someone */
function enter(someone) {
  /** @type {LastHere} */
  const here = { user: someone, preferences: preferences.peek() };
  localStorage.setItem(LAST_HERE, JSON.stringify(here));
  user.value = someone;
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
  enter(session.user);
}

/** @param {string} code @param {string} state with which the browser came back from the issuer */
export async function signInFromIssuer(code, state) {
  /** @type {import("../client/types.d.ts").Session} */
  const session = await call("POST", "/sessions/oidc", { json: { code, state } });
  await applyPreferences();
  enter(session.user);
}

/** @param {string} name @param {string} password */
export async function signInByPassword(name, password) {
  /** @type {import("../client/types.d.ts").Session} */
  const session = await call("POST", "/sessions/password", { json: { name, password } });
  await applyPreferences();
  enter(session.user);
}

export async function signOut() {
  await call("DELETE", "/sessions/current");
  leave();
}

/** Nobody is signed in here any more; what they drew stays in the browser. */
export function leave() {
  localStorage.removeItem(LAST_HERE);
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
