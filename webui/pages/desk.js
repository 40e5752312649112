/** The correction desk: one picture as large as it can be, and all that corrects it around it. */

import { preferences } from "../state/preferences.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { ClassPanel } from "./desk/class-panel.js";
import { DeskBar } from "./desk/desk-bar.js";
import { DeskState } from "./desk/desk-state.js";
import { LayerPanel, SpotPanel } from "./desk/layer-panel.js";
import { LookPanel } from "./desk/look-panel.js";
import { KeySheet } from "./desk/key-sheet.js";
import { SkipSheet } from "./desk/skip-sheet.js";
import { MergePanel } from "./desk/merge-panel.js";
import { OutboxPanel } from "./desk/outbox-panel.js";
import { PhaseNote } from "./desk/phase-note.js";
import { Pins, RemarkPanel } from "./desk/pins.js";
import { StatusLine } from "./desk/status-line.js";
import { ToolRail } from "./desk/tool-rail.js";
import { useDesk, useProject, useTitle } from "./desk/use-desk.js";
import { markToured } from "./tour/tour-state.js";

/** @param {{projectId: string}} props */
export function DeskPage({ projectId }) {
  const { stage, desk } = useDesk(projectId, (place) => {
    const opened = new DeskState(projectId, place);
    void opened.next();
    return opened;
  });
  const project = useProject(projectId);
  const title = project && texts.desk.title(project.name);
  useTitle(title);

  const hasPanels = desk?.panelsShown.value ?? true;
  return html`<div class=${`desk ${hasPanels ? "" : "without-panels"}`} onClick=${giveFocusBack}>
    ${title && html`<h1 class="unseen">${title}</h1>`}
    ${desk ? h(DeskBar, { desk, project }) : html`<header class="bar desk-bar"></header>`}
    ${desk && h(ToolRail, { desk })}
    <main class="stage-frame">
      <div
        ref=${stage}
        class=${`stage ${desk?.isPanning.value ? "is-panning" : ""}`}
        tabindex="0"
        role="application"
        aria-label=${texts.desk.picture}
      ></div>
      ${desk && h(Remarks, { desk })} ${desk && h(Notice, { desk })} ${desk && h(PhaseNote, { desk })} ${desk?.keysShown.value && h(KeySheet, { desk })}
    </main>
    ${desk && h(Panels, { desk })} ${desk && h(StatusLine, { desk })}
  </div>`;
}

/** A button pressed by the mouse must not take the Space key from the picture. @param {MouseEvent} event */
function giveFocusBack({ detail, target, currentTarget }) {
  const button =
    target instanceof Element && target.closest("button, input[type=range], input[type=checkbox]");
  if (detail === 0 || !button || !(currentTarget instanceof Element)) return;
  /** @type {HTMLElement | null} */ (currentTarget.querySelector(".stage"))?.focus();
}

/** @param {{desk: DeskState}} props */
function Panels({ desk }) {
  const changed = desk.changed.value;
  const editor = desk.work.value?.editor;
  const merge = desk.merge.value;
  const returned = merge ? null : desk.work.value?.item.returned;
  if (!desk.panelsShown.value) return html`<aside class="panels"></aside>`;
  if (!editor)
    return html`<aside class="panels" aria-label=${texts.desk.panels}>${h(OutboxPanel, { desk })}</aside>`;
  return html`<aside class="panels" aria-label=${texts.desk.panels}>
    ${h(TourOffer, {})} ${desk.skipping.value && h(SkipSheet, { desk })} ${h(DraftChoice, { desk })} ${merge && h(MergePanel, { desk, merge })}
    ${h(TakenOver, { desk })} ${returned && h(RemarkPanel, { editor, returned })} ${!merge && h(OutboxPanel, { desk })} ${h(ClassPanel, { desk, editor })} ${h(LayerPanel, { editor, changed })}
    ${h(SpotPanel, { editor, changed })} ${h(LookPanel, { editor, changed })}
  </aside>`;
}

/** What a reviewer said of this image, at its place. @param {{desk: DeskState}} props */
function Remarks({ desk }) {
  const work = desk.work.value;
  const remarks = work?.item.returned?.remarks;
  return work && remarks ? h(Pins, { desk, editor: work.editor, remarks }) : null;
}

/** @param {{desk: DeskState}} props */
function Notice({ desk }) {
  const isBad = desk.notice.isBad.value;
  return html`<p class=${`notice ${isBad ? "is-bad" : ""}`} role=${isBad ? "alert" : "status"} hidden=${!desk.notice.text.value}>
    ${desk.notice.text.value}
  </p>`;
}

/** Whose hands the image was in before. @param {{desk: DeskState}} props */
function TakenOver({ desk }) {
  const from = desk.work.value?.item.taken_from;
  if (!from) return null;
  return html`<section class="panel" role="status"><p class="hint">${texts.desk.takenFrom(from)}</p></section>`;
}

/** Whoever is here for the first time is shown around, if they like. */
function TourOffer() {
  if (preferences.value.toured) return null;
  const { tour: words } = texts;
  return html`<section class="panel offer" aria-label=${words.title}>
    <p>${words.offer}</p>
    <div class="actions">
      <a class="button" href=${`/tour?from=${encodeURIComponent(location.pathname)}`}>${words.start}</a>
      <button type="button" class="button quiet" onClick=${() => void markToured()}>${words.notNow}</button>
    </div>
  </section>`;
}

/** Two browsers saved the same image: which version goes on here. @param {{desk: DeskState}} props */
function DraftChoice({ desk }) {
  if (desk.work.value?.save.value.kind !== "stale") return null;
  const { desk: words } = texts;
  return html`<section class="panel" role="alert">
    <p class="hint">${words.draftStaleHelp}</p>
    <div class="actions">
      <button type="button" class="button" onClick=${() => void desk.settleDraft("mine")}>${words.draftMine}</button>
      <button type="button" class="button" onClick=${() => void desk.settleDraft("theirs")}>${words.draftTheirs}</button>
    </div>
  </section>`;
}
