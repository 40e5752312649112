/** The bar above every page but the desk: where one is, who one is. */

import { go } from "../router.js";
import { signOut, user } from "../state/session.js";
import { LANGUAGES, isLanguage, language, useLanguage } from "../state/language.js";
import { savePreferences } from "../state/preferences.js";
import { switchTheme } from "../state/theme.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { IconButton } from "./button.js";

/** @param {{trail?: Array<{name: string, href?: string}>, children?: import("../vendor/preact.js").Child}} props */
export function Header({ trail = [], children }) {
  return html`<header class="bar">
    ${h(Brand, {})}
    <nav class="trail" aria-label=${texts.app.trail}>
      ${trail.map(({ name, href }) =>
        href ? html`<a href=${href}>${name}</a>` : html`<span aria-current="page">${name}</span>`,
      )}
    </nav>
    <span class="grow"></span>
    ${children}
    ${user.value && html`<span class="who">${user.value.display_name || user.value.name}</span>`}
    ${h(LanguageChoice, {})} ${h(IconButton, { icon: "theme", label: texts.app.theme, onClick: switchTheme })}
    ${user.value && h(IconButton, { icon: "signOut", label: texts.app.signOut, onClick: leave })}
  </header>`;
}

function LanguageChoice() {
  return html`<select
    class="language"
    aria-label=${texts.app.language}
    title=${texts.app.language}
    value=${language.value}
    onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => void choose(event.currentTarget.value)}
  >
    ${Object.entries(LANGUAGES).map(
      ([code, name]) => html`<option value=${code} lang=${code} selected=${code === language.value}>${name}</option>`,
    )}
  </select>`;
}

/** @param {string} wanted */
async function choose(wanted) {
  if (!isLanguage(wanted)) return;
  await useLanguage(wanted);
  await savePreferences({ language: wanted }).catch(() => {});
}

export function Brand() {
  return html`<a class="brand" href="/" aria-label=${texts.app.name}>
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path class="brand-loop" d="M16.5 10a6.5 6.5 0 1 1-2.2-4.9" />
      <path class="brand-mask" d="M7 7h6v6H7z" />
      <path class="brand-loop" d="M14.6 2v3.3h-3.3" />
    </svg>
    <span>${texts.app.name}</span>
  </a>`;
}

async function leave() {
  await signOut().catch(() => {});
  go("/login");
}
