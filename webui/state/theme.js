/** Dark or light: dark first, then whatever the person chose last. */

import { signal } from "../vendor/preact.js";
import { savePreferences } from "./preferences.js";

const KEY = "maskloop.theme";

export const theme = signal(localStorage.getItem(KEY) ?? "dark");

export function applyTheme() {
  document.documentElement.dataset.theme = theme.value;
}

/** @param {"dark" | "light"} wanted */
export function useTheme(wanted) {
  theme.value = wanted;
  localStorage.setItem(KEY, wanted);
  applyTheme();
}

export function switchTheme() {
  const wanted = theme.value === "light" ? "dark" : "light";
  useTheme(wanted);
  void savePreferences({ theme: wanted }).catch(() => {});
}
