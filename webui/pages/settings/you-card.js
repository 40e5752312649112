/** What this person prefers: language, theme, and the colours of masks. */

import { Card } from "../../components/card.js";
import { ToldField } from "../../components/form.js";
import { isLanguage, language, LANGUAGES, useLanguage } from "../../state/language.js";
import { savePreferences } from "../../state/preferences.js";
import { prefer, preference } from "../../state/session.js";
import { theme, useTheme } from "../../state/theme.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

export function YouCard() {
  const words = texts.settings;
  const [palette, setPalette] = useState(() => preference("palette", /** @type {string} */ ("own")));
  const [hatched, setHatched] = useState(() => preference("hatched", /** @type {string} */ ("no")));
  return h(Card, {
    title: words.you,
    children: html`<div class="field-row">
      ${h(ToldField, {
        label: texts.app.language,
        value: language.value,
        choices: Object.entries(LANGUAGES),
        onValue: (wanted) => void speak(wanted),
      })}
      ${h(ToldField, {
        label: words.theme,
        value: theme.value,
        choices: Object.entries(words.themes),
        onValue: (wanted) => {
          const chosen = wanted === "light" ? "light" : "dark";
          useTheme(chosen);
          void savePreferences({ theme: chosen }).catch(() => {});
        },
      })}
      ${h(ToldField, {
        label: words.palette,
        value: palette,
        choices: Object.entries(words.palettes),
        help: words.paletteHelp,
        onValue: (wanted) => {
          prefer("palette", wanted);
          setPalette(wanted);
        },
      })}
      ${h(ToldField, {
        label: words.hatches,
        value: hatched,
        choices: Object.entries(words.hatched),
        onValue: (wanted) => {
          prefer("hatched", wanted);
          setHatched(wanted);
        },
      })}
    </div>`,
  });
}

/** @param {string} wanted */
async function speak(wanted) {
  if (!isLanguage(wanted)) return;
  await useLanguage(wanted);
  await savePreferences({ language: wanted }).catch(() => {});
}
