/** Dark or light: dark first, then whatever the person chose last. */

import { signal } from "../vendor/preact.js";

const KEY = "maskloop.theme";

export const theme = signal(localStorage.getItem(KEY) ?? "dark");

export function applyTheme() {
  document.documentElement.dataset.theme = theme.value;
}

export function switchTheme() {
  theme.value = theme.value === "light" ? "dark" : "light";
  localStorage.setItem(KEY, theme.value);
  applyTheme();
}
