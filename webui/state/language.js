/** The language of the pages: the person's own choice, else the browser's, else English. */

import { useUnits } from "../format.js";
import { speak } from "../texts.js";
import * as en from "../texts/en.js";
import { signal } from "../vendor/preact.js";

/** @typedef {"en" | "ko" | "zh"} Language */

const KEY = "maskloop.language";

/** Each by its own name: who does not read English finds theirs. @type {Record<Language, string>} */
export const LANGUAGES = { en: "English", ko: "한국어", zh: "中文" };

/** @type {Record<Language, () => Promise<import("../texts.js").Catalogue>>} */
const CATALOGUES = {
  en: async () => en,
  ko: () => import("../texts/ko.js"),
  zh: () => import("../texts/zh.js"),
};

export const language = signal(/** @type {Language} */ ("en"));

/** @param {string | null | undefined} wanted @returns {wanted is Language} */
export function isLanguage(wanted) {
  return typeof wanted === "string" && Object.hasOwn(LANGUAGES, wanted);
}

/** What this browser spoke last, or asks for. @returns {Language} */
export function likelyLanguage() {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find(isLanguage) ?? "en";
}

/** @param {Language} wanted */
export async function useLanguage(wanted) {
  const catalogue = await CATALOGUES[wanted]();
  speak(catalogue);
  useUnits(catalogue.units, wanted);
  localStorage.setItem(KEY, wanted);
  document.documentElement.lang = wanted;
  language.value = wanted;
}
