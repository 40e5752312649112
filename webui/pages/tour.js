/** The tour: one minute at the desk, on a practice image that nobody counts. */

import { Brand } from "../components/header.js";
import { percent } from "../format.js";
import { Icon } from "../icons.js";
import { keysFor } from "../state/keys.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { ClassPanel } from "./desk/class-panel.js";
import { DeskFrame } from "./desk/frame.js";
import { LayerPanel, SpotPanel } from "./desk/layer-panel.js";
import { useDesk } from "./desk/use-desk.js";
import { markToured, STEPS, TourState } from "./tour/tour-state.js";

/** The key that does each step. @type {Record<import("./tour/tour-state.js").Step, string>} */
const KEYS = {
  fly: "spot.next",
  choose: "class.4",
  fix: "tool.brush",
  undo: "undo",
  compare: "layer.difference",
  submit: "submit",
};

export function TourPage() {
  const { stage, desk: tour } = useDesk("tour", (place) => new TourState(place));
  return h(DeskFrame, {
    desk: tour,
    stage,
    title: texts.tour.title,
    bar: h(TourBar, { tour }),
    phase: tour && h(Done, { tour }),
    panels: tour && h(Panels, { tour }),
  });
}

/** @param {{tour: TourState | null}} props */
function TourBar({ tour }) {
  return html`<header class="bar desk-bar">
    ${h(Brand, {})}<span class="item-place">${texts.tour.title}</span><span class="grow"></span>
    <a class="button quiet" href=${deskBefore() ?? "/"} onClick=${() => void markToured()}>${texts.tour.leave}</a>
    <button type="button" class="button primary" onClick=${() => void tour?.submit()}>
      ${texts.desk.submit}<kbd>${keysFor("submit").replace("+", " ")}</kbd>
    </button>
  </header>`;
}

/** @param {{tour: TourState}} props */
function Panels({ tour }) {
  const changed = tour.changed.value;
  const editor = tour.work.value?.editor;
  if (!editor) return h(StepPanel, { tour });
  return html`${h(StepPanel, { tour })} ${h(ClassPanel, { desk: tour, editor })} ${h(LayerPanel, { editor, changed })}
    ${h(SpotPanel, { editor, changed })}`;
}

/** @param {{tour: TourState}} props */
function StepPanel({ tour }) {
  const at = tour.step.value;
  const { tour: words } = texts;
  return html`<section class="panel tour-panel" aria-label=${words.steps}>
    <header class="panel-head"><h2>${words.steps}</h2><span class="figure">${Math.min(at, STEPS.length)}/${STEPS.length}</span></header>
    <ol aria-live="polite">
      ${STEPS.map(
        (step, index) => html`<li
          class=${index < at ? "is-done" : ""}
          aria-current=${index === at ? "step" : undefined}
        >
          ${index < at && h(Icon, { name: "check" })}<span>${words.todo[step]}</span><kbd>${keysFor(KEYS[step])}</kbd>
        </li>`,
      )}
    </ol>
  </section>`;
}

/** The desk that the person came from, if any. */
function deskBefore() {
  const address = new URLSearchParams(location.search).get("from") ?? "";
  return /^\/projects\/[^/]+\/desk$/.test(address) ? address : null;
}

/** @param {{tour: TourState}} props */
function Done({ tour }) {
  const right = tour.right.value;
  if (right === null) return null;
  const desk = deskBefore();
  return html`<div class="phase">
    <div class="empty" role="status">
      <h2>${texts.tour.done}</h2>
      <p>${texts.tour.doneHelp(percent(right))}</p>
      <div class="actions">
        ${desk ? html`<a class="button primary" href=${desk}>${texts.tour.toDesk}</a>` : html`<a class="button primary" href="/">${texts.app.toProjects}</a>`}
      </div>
    </div>
  </div>`;
}
