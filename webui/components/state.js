/** What stands where there is nothing to show: loading, empty, failed. */

import * as texts from "../texts.js";
import { html } from "../vendor/preact.js";

/** @param {{title: string, help?: string, children?: import("../vendor/preact.js").Child}} props */
export function Empty({ title, help, children }) {
  return html`<div class="empty">
    <h2>${title}</h2>
    ${help && html`<p>${help}</p>`} ${children}
  </div>`;
}

/** @param {{label?: string}} props */
export function Loading({ label = texts.app.loading }) {
  return html`<div class="empty" role="status"><span class="spinner" aria-hidden="true"></span>${label}</div>`;
}

/** @param {{why: string, onRetry?: () => void}} props */
export function Failed({ why, onRetry }) {
  return html`<div class="empty" role="alert">
    <h2>${texts.app.somethingFailed}</h2>
    <p>${why}</p>
    ${onRetry && html`<button type="button" class="button" onClick=${onRetry}>${texts.app.retry}</button>`}
  </div>`;
}
