/** The layers: the mask and its opacity, whose mask, the uncertainty, and the spots to look at. */

import { ProgressRing } from "../../components/progress-ring.js";
import { keysFor } from "../../state/keys.js";
import { percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useRef } from "../../vendor/preact.js";
import { whyNoSecond } from "./commands.js";

/** @typedef {import("../../editor/editor.js").Editor} Editor */

/** @param {{editor: Editor, changed: number}} props `changed` counts up with all that is shown here */
export function LayerPanel({ editor, changed }) {
  const { shown } = editor.surface;
  return html`<section class="panel" aria-label=${texts.desk.layers}>
    <header class="panel-head"><h2>${texts.desk.layers}</h2></header>
    <div class="layer-row">
      <label title=${`${texts.commands["mask.toggle"]} (${keysFor("mask.toggle")})`}>
        <input type="checkbox" checked=${editor.maskIsShown} onChange=${() => editor.showMask(!editor.maskIsShown)} />
        ${texts.desk.mask}
      </label>
      <input
        type="range"
        min="0"
        max="1"
        step="0.05"
        aria-label=${texts.desk.opacity}
        title=${texts.desk.opacity}
        value=${editor.opacity}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => editor.setOpacity(Number(event.currentTarget.value))}
      />
      <span class="figure">${percent(editor.opacity ?? 0, 0)}</span>
    </div>
    <div class="layer-row">
      <label title=${`${texts.commands["layer.uncertainty"]} (${keysFor("layer.uncertainty")})`}>
        <input
          type="checkbox"
          checked=${editor.heatIsShown}
          disabled=${!editor.heat}
          onChange=${() => editor.showHeat(!editor.heatIsShown)}
        />
        ${texts.desk.uncertainty}
      </label>
      <span class="grow"></span>
      <kbd>${keysFor("layer.uncertainty")}</kbd>
    </div>
    ${h(SecondRow, { editor, changed })}
    <div class="segments" role="group" aria-label=${texts.desk.showing}>
      ${
        /** @type {const} */ (["mine", "model", "difference"]).map(
          (
            one,
          ) => html`<button type="button" aria-pressed=${String(shown === one)} onClick=${() => editor.show(one)}>
          ${texts.desk.shown[one]}
        </button>`,
        )
      }
    </div>
  </section>`;
}

/** @param {{editor: Editor, changed: number}} props */
function SecondRow({ editor }) {
  const why = whyNoSecond(editor);
  const command = `${texts.commands["layer.second"]} (${keysFor("layer.second")})`;
  return html`<div class="layer-row">
    <label title=${why ?? command}>
      <input
        type="checkbox"
        checked=${editor.secondIsShown}
        disabled=${why !== null}
        onChange=${() => editor.showSecond(!editor.secondIsShown)}
      />
      ${texts.aids.second}
    </label>
    <span class="grow"></span>
    <kbd>${keysFor("layer.second")}</kbd>
  </div>`;
}

/** @param {{editor: Editor, changed: number}} props `changed` counts up with all that is shown here */
export function SpotPanel({ editor }) {
  const { spots } = editor;
  const visited = spots.filter((spot) => spot.visited).length;
  const hasBoxes = editor.boxes.length > 0;
  const title = hasBoxes ? texts.aids.boxes : texts.desk.lookAt;
  return html`<section class="panel" aria-label=${title}>
    <header class="panel-head">
      <h2>${title}</h2>
      ${spots.length > 0 && h(ProgressRing, { done: visited, of: spots.length })}
      ${spots.length > 0 && html`<span class="figure">${visited}/${spots.length}</span>`}
      <kbd title=${texts.commands["spot.next"]}>${keysFor("spot.next")}</kbd>
    </header>
    ${hasBoxes && html`<p class="hint">${texts.aids.boxesHelp}</p>`}
    ${
      spots.length === 0
        ? html`<p class="hint">${editor.heat ? texts.desk.noSpots : texts.app.loading}</p>`
        : html`<div class="spots">
          ${spots.map((spot, index) => h(SpotCrop, { key: `${spot.x} ${spot.y}`, editor, spot, index }))}
        </div>`
    }
  </section>`;
}

const CROP = 56;

/** @param {{editor: Editor, spot: Editor["spots"][number], index: number}} props */
function SpotCrop({ editor, spot, index }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    const { picture } = editor.surface;
    const { box } = spot;
    const least = Math.min(picture.width, picture.height);
    const side = Math.min(least, box ? Math.max(box.right - box.left, box.bottom - box.top) : Math.round(least / 4));
    const clamp = (/** @type {number} */ middle, /** @type {number} */ most) =>
      Math.min(Math.max(middle - side / 2, 0), most - side);
    const [left, top] = [clamp(spot.x, picture.width), clamp(spot.y, picture.height)];
    context?.drawImage(picture, left, top, side, side, 0, 0, CROP * 2, CROP * 2);
  }, [editor, spot]);
  const label = spot.box
    ? texts.aids.box(index, editor.spots.length)
    : texts.desk.spot(index, spot.score);
  return html`<button
    type="button"
    class=${`spot ${spot.visited ? "is-visited" : ""}`}
    aria-current=${String(editor.lastSpot === index)}
    aria-label=${label}
    title=${label}
    onClick=${() => editor.flyTo(index)}
  >
    <canvas ref=${canvas} width=${CROP * 2} height=${CROP * 2}></canvas>
  </button>`;
}
