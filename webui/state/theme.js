/** Dark or light: dark first, whatever the person chose last after that. */

const KEY = "maskloop.theme";

export function applyTheme() {
  document.documentElement.dataset.theme = localStorage.getItem(KEY) ?? "dark";
}

export function switchTheme() {
  localStorage.setItem(KEY, document.documentElement.dataset.theme === "light" ? "dark" : "light");
  applyTheme();
}
