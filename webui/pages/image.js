/** One image: the picture under its masks, what rounds thought of it, and every revision. */

import { ProjectFrame } from "../components/project-frame.js";
import { Failed } from "../components/state.js";
import { percent } from "../format.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useRef, useState } from "../vendor/preact.js";
import { FactsCard, InRoundsCard, LeftOutCard, LegendCard, RevisionsCard } from "./image/image-cards.js";
import { ImageState } from "./image/image-state.js";

/** @typedef {import("./image/image-state.js").Shown} Shown */

const LAYERS = /** @type {readonly Shown[]} */ (["mine", "model", "difference", "none"]);

/** @param {{imageId: string}} props */
export function ImagePage({ imageId }) {
  const stage = useRef(/** @type {HTMLElement | null} */ (null));
  const [state, setState] = useState(/** @type {ImageState | null} */ (null));
  useEffect(() => {
    if (!stage.current) return undefined;
    const opened = new ImageState(imageId, stage.current);
    setState(opened);
    void opened.load();
    const stop = listenToKeys(opened);
    return () => {
      stop();
      opened.close();
    };
  }, [imageId]);

  const image = state?.image.value ?? null;
  const { project } = useProject(image?.project_id ?? null);
  const canReview = image && isAtLeast(project, "reviewer");
  const why = state?.why.value;
  return h(ProjectFrame, {
    projectId: image?.project_id ?? null,
    tab: "images",
    title: image?.name ?? "",
    isRow: true,
    aside:
      canReview &&
      html`<a class="button" href=${`/projects/${image.project_id}/review`}>${texts.image.toReview}</a>`,
    children: html`
      ${why && h(Failed, { why, onRetry: () => void state?.load() })}
      ${image?.left_out && state && h(LeftOutCard, { state, canTakeBack: isAtLeast(project, "lead") })}
      <div class="image-columns" hidden=${Boolean(why)}>
        <section aria-label=${texts.image.layers}>
          ${h(LayerBar, { state })}
          <div class="picture-frame">
            <div ref=${stage} class="stage is-panning" tabindex="0" role="img" aria-label=${texts.image.picture}></div>
          </div>
        </section>
        <div class="column">
          ${state && image && [
            h(LegendCard, { key: "legend", classes: project?.classes?.classes ?? [] }),
            h(FactsCard, { key: "facts", image }),
            h(InRoundsCard, { key: "rounds", state }),
            h(RevisionsCard, { key: "revisions", state, canRestore: isAtLeast(project, "lead") }),
          ]}
        </div>
      </div>
    `,
  });
}

/** @param {ImageState} state */
function listenToKeys(state) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== "range";
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const number = /^Digit([1-4])$/.exec(event.code)?.[1];
    if (number) state.show(LAYERS[Number(number) - 1]);
    else if (event.code === "KeyR") state.fit();
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

/** @param {{state: ImageState | null}} props */
function LayerBar({ state }) {
  const words = texts.image;
  const shown = state?.shown.value;
  const difference = state?.difference.value ?? null;
  return html`<div class="picture-bar">
    <div class="segments" role="group" aria-label=${words.layers}>
      ${LAYERS.map(
        (layer, index) => html`<button
          type="button"
          title=${`${words.shown[layer]} (${index + 1})`}
          aria-pressed=${String(shown === layer)}
          disabled=${!state?.has(layer)}
          onClick=${() => state?.show(layer)}
        >
          ${words.shown[layer]}
        </button>`,
      )}
    </div>
    <label class="opacity"><span>${words.opacity}</span><input
      type="range"
      min="0"
      max="1"
      step="0.05"
      value=${state?.opacity.value ?? 0.5}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => state?.fade(Number(event.currentTarget.value))}
    /></label>
    <button type="button" class="button small quiet" title=${`${words.fit} (R)`} onClick=${() => state?.fit()}>${words.fit}</button>
    <span class="grow"></span>
    ${difference !== null && html`<span class="figure">${words.difference(percent(difference))}</span>`}
  </div>`;
}
