/** What an import would find, and which class each of its labels means. */

import { whole } from "../../format.js";
import { VOID } from "../../state/class-map.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("./import-state.js").ImportState} ImportState */
/** @typedef {import("../../client/data.d.ts").Preview} Preview */

/** @param {{state: ImportState, preview: Preview}} props */
export function MapTable({ state, preview }) {
  const words = texts.data;
  const { images, missing, labels, looked_at: looked } = preview;
  return html`<fieldset>
    <legend>${words.found}</legend>
    <p>
      ${words.foundImages(images)}
      ${missing > 0 && html`<span class="warning">${words.missing(missing)}</span>`}
      ${looked > 0 && !state.isDocument && html`<span class="muted">${words.lookedAt(looked)}</span>`}
    </p>
    ${labels.length > 0 && h(Labels, { state, labels })}
  </fieldset>`;
}

/** @param {{state: ImportState, labels: Preview["labels"]}} props */
function Labels({ state, labels }) {
  const words = texts.data;
  return html`<div class="scrolls map-table">
      <table aria-label=${words.mapping}>
        <thead><tr>
          <th scope="col">${words.label}</th>
          <th scope="col" class="number">${words.pixels}</th>
          <th scope="col">${words.means}</th>
        </tr></thead>
        <tbody>${labels.map((one) => h(LabelRow, { key: one.label, state, one }))}</tbody>
      </table>
    </div>
    ${
      !state.isMapped &&
      html`<p class="job-line"><span class="warning">${words.unmapped}</span>
        <button type="button" class="link" onClick=${() => state.chooseRest(VOID)}>${words.restVoid}</button></p>`
    }`;
}

/** @param {{state: ImportState, one: Preview["labels"][number]}} props */
function LabelRow({ state, one: { label, name, pixels, class_id: guess } }) {
  const words = texts.data;
  const chosen = state.choices.value[label];
  const colour = label.startsWith("#") ? label : null;
  const target = state.classes.find(({ id }) => id === chosen);
  return html`<tr>
    <td>${colour && html`<span class="swatch" style=${{ background: colour }}></span> `}${label}${name && html` <span class="muted">${name}</span>`}</td>
    <td class="number">${pixels === null ? "–" : whole(pixels)}</td>
    <td>
      <span class="class-choice">
        <span class="swatch" style=${{ background: target?.colour ?? "transparent" }}></span>
        <select
          aria-label=${words.meaning(label)}
          value=${String(chosen ?? "")}
          onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget: { value } }) => state.choose(label, value === "" ? null : Number(value))}
        >
          ${guess === null && html`<option value="" selected=${chosen === null}>${words.choose}</option>`}
          ${state.classes.map(({ id, name: text }) => html`<option key=${id} value=${id} selected=${id === chosen}>${text}</option>`)}
          <option value=${VOID} selected=${chosen === VOID}>${words.void}</option>
        </select>
        ${guess !== null && guess === chosen && html`<span class="muted">${words.guessed}</span>`}
      </span>
    </td>
  </tr>`;
}
