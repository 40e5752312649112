/** What this person prefers, kept with them by the service: language, theme, keys, the tour. */

import { call, get } from "../client/request.js";
import { signal } from "../vendor/preact.js";

/**
 * @typedef {{code: string, ctrl?: boolean, shift?: boolean, alt?: boolean}} Key
 * @typedef {{language?: "en" | "ko" | "zh" | null, theme?: "dark" | "light" | null,
 *            keys?: Record<string, Key[]> | null, toured?: boolean | null}} Preferences
 */

export const preferences = signal(/** @type {Preferences} */ ({}));

export async function loadPreferences() {
  preferences.value = /** @type {Preferences} */ (await get("/preferences"));
}

/** At once here, and on the service for wherever the person signs in next. @param {Preferences} changed */
export async function savePreferences(changed) {
  preferences.value = { ...preferences.peek(), ...changed };
  await call("PATCH", "/preferences", { json: changed });
}
