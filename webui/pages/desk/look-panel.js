/** How picture and classes look: brightness, contrast, gamma, colours for any eyes, hatches. */

import { PLAIN } from "../../editor/tone.js";
import * as texts from "../../texts.js";
import { html } from "../../vendor/preact.js";

/** @typedef {import("../../editor/editor.js").Editor} Editor */

const RANGES = /** @type {const} */ ([
  ["brightness", 0.4, 2.5],
  ["contrast", 0.4, 2.5],
  ["gamma", 0.4, 2.5],
]);

/** @param {{editor: Editor, changed: number}} props `changed` counts up with all that is shown here */
export function LookPanel({ editor }) {
  const { look: words } = texts;
  return html`<details class="panel look-panel">
    <summary>${words.title}</summary>
    ${RANGES.map(
      ([name, least, most]) => html`<div class="layer-row">
        <label for=${`look-${name}`}>${words[name]}</label>
        <input
          id=${`look-${name}`}
          type="range"
          min=${least}
          max=${most}
          step="0.05"
          value=${editor.tone[name]}
          onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) =>
            editor.setTone({ [name]: Number(event.currentTarget.value) })}
        />
        <span class="figure">${editor.tone[name].toFixed(2)}</span>
      </div>`,
    )}
    <div class="layer-row">
      <label>
        <input
          type="checkbox"
          checked=${editor.palette === "safe"}
          onChange=${() => editor.usePalette(editor.palette === "safe" ? "own" : "safe")}
        />
        ${words.safe}
      </label>
    </div>
    <div class="layer-row">
      <label>
        <input type="checkbox" checked=${editor.isHatched} onChange=${() => editor.hatch(!editor.isHatched)} />
        ${words.hatched}
      </label>
    </div>
    <button type="button" class="button quiet" onClick=${() => editor.setTone(PLAIN)}>${words.plain}</button>
  </details>`;
}
