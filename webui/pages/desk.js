/** The correction desk: one picture as large as it can be, and all that corrects it around it. */

import { preferences } from "../state/preferences.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { ClassPanel } from "./desk/class-panel.js";
import { DeskBar } from "./desk/desk-bar.js";
import { DeskState } from "./desk/desk-state.js";
import { DeskFrame } from "./desk/frame.js";
import { LayerPanel, SpotPanel } from "./desk/layer-panel.js";
import { LookPanel } from "./desk/look-panel.js";
import { SkipSheet } from "./desk/skip-sheet.js";
import { MergePanel } from "./desk/merge-panel.js";
import { OutboxPanel } from "./desk/outbox-panel.js";
import { PhaseNote } from "./desk/phase-note.js";
import { Pins, RemarkPanel } from "./desk/pins.js";
import { useDesk, useProject } from "./desk/use-desk.js";
import { markToured } from "./tour/tour-state.js";

/** @param {{projectId: string}} props */
export function DeskPage({ projectId }) {
  const { stage, desk } = useDesk(projectId, (place) => {
    const opened = new DeskState(projectId, place);
    void opened.next();
    return opened;
  });
  const project = useProject(projectId);
  return h(DeskFrame, {
    desk,
    stage,
    title: project && texts.desk.title(project.name),
    bar: desk && h(DeskBar, { desk, project }),
    pins: desk && h(Remarks, { desk }),
    phase: desk && h(PhaseNote, { desk }),
    panels: desk && h(Panels, { desk }),
  });
}

/** @param {{desk: DeskState}} props */
function Panels({ desk }) {
  const changed = desk.changed.value;
  const editor = desk.work.value?.editor;
  const merge = desk.merge.value;
  const returned = merge ? null : desk.work.value?.item.returned;
  if (!editor) return h(OutboxPanel, { desk });
  return html`${h(TourOffer, {})} ${desk.skipping.value && h(SkipSheet, { desk })} ${h(DraftChoice, { desk })} ${merge && h(MergePanel, { desk, merge })}
    ${h(TakenOver, { desk })} ${returned && h(RemarkPanel, { editor, returned })} ${!merge && h(OutboxPanel, { desk })} ${h(ClassPanel, { desk, editor })} ${h(LayerPanel, { editor, changed })}
    ${h(SpotPanel, { editor, changed })} ${h(LookPanel, { editor, changed })}`;
}

/** What a reviewer said of this image, at its place. @param {{desk: DeskState}} props */
function Remarks({ desk }) {
  const work = desk.work.value;
  const remarks = work?.item.returned?.remarks;
  return work && remarks ? h(Pins, { desk, editor: work.editor, remarks }) : null;
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
