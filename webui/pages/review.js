/** The review desk: one submitted mask, compared with the model's, and a verdict on it. */

import { Empty, Failed, Loading } from "../components/state.js";
import { toImage } from "../editor/viewport.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { ClassPanel } from "./desk/class-panel.js";
import { LayerPanel, SpotPanel } from "./desk/layer-panel.js";
import { LookPanel } from "./desk/look-panel.js";
import { Pins } from "./desk/pins.js";
import { KeySheet } from "./desk/key-sheet.js";
import { StatusLine } from "./desk/status-line.js";
import { ToolRail } from "./desk/tool-rail.js";
import { useDesk, useProject, useTitle } from "./desk/use-desk.js";
import { ReviewBar } from "./review/review-bar.js";
import { ComparePanel, EffortPanel, RemarksPanel } from "./review/review-panel.js";
import { ReviewState } from "./review/review-state.js";

/** @param {{projectId: string}} props */
export function ReviewPage({ projectId }) {
  const { stage, desk: review } = useDesk(
    projectId,
    (place) => {
      const opened = new ReviewState(projectId, place);
      void opened.load();
      return opened;
    },
    listenToPins,
  );
  const project = useProject(projectId);
  const title = project && texts.review.title(project.name);
  useTitle(title);

  const hasPanels = review?.panelsShown.value ?? true;
  const open = review?.work.value;
  return html`<div class=${`desk ${hasPanels ? "" : "without-panels"}`}>
    ${title && html`<h1 class="unseen">${title}</h1>`}
    ${review ? h(ReviewBar, { review, project }) : html`<header class="bar desk-bar"></header>`}
    ${review ? h(ToolRail, { desk: review }) : html`<nav class="rail"></nav>`}
    <main class="stage-frame">
      <div
        ref=${stage}
        class=${`stage ${review?.isPanning.value ? "is-panning" : ""} ${review?.skipping.value ? "is-pinning" : ""}`}
        tabindex="0"
        role="application"
        aria-label=${texts.desk.picture}
      ></div>
      ${open && review && h(Pins, { desk: review, editor: open.editor, remarks: review.remarks.value })}
      ${review && h(Said, { review })} ${review && h(Phase, { review })}
      ${review?.keysShown.value && h(KeySheet, { desk: review })}
    </main>
    ${review && h(Panels, { review })} ${review && h(StatusLine, { desk: review })}
  </div>`;
}

/** While a remark is being pinned, a press on the picture is its place and no stroke. @param {ReviewState} review */
function listenToPins(review) {
  const controller = new AbortController();
  review.stage.addEventListener(
    "pointerdown",
    (event) => {
      const { editor } = review;
      if (!editor || !review.skipping.peek() || event.button !== 0) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      const rect = editor.surface.picture.getBoundingClientRect();
      review.pin(toImage(event.clientX, event.clientY, rect, editor.correction.mask));
    },
    { capture: true, signal: controller.signal },
  );
  return () => controller.abort();
}

/** @param {{review: ReviewState}} props */
function Panels({ review }) {
  const changed = review.changed.value;
  const open = review.work.value;
  if (!open || !review.panelsShown.value) return html`<aside class="panels"></aside>`;
  const { editor } = open;
  return html`<aside class="panels" aria-label=${texts.desk.panels}>
    ${h(ComparePanel, { review })} ${h(RemarksPanel, { review })} ${h(EffortPanel, { review, open })}
    ${h(ClassPanel, { desk: review, editor })} ${h(LayerPanel, { editor, changed })} ${h(SpotPanel, { editor, changed })}
    ${h(LookPanel, { editor, changed })}
  </aside>`;
}

/** @param {{review: ReviewState}} props */
function Said({ review }) {
  const isBad = review.notice.isBad.value;
  const text = review.notice.text.value;
  return html`<p class=${`notice ${isBad ? "is-bad" : ""}`} role=${isBad ? "alert" : "status"} hidden=${!text}>
    ${text}
  </p>`;
}

/** @param {{review: ReviewState}} props */
function Phase({ review }) {
  const { review: words, desk } = texts;
  const back = html`<a class="button" href=${`/projects/${review.projectId}`}>${desk.toProject}</a>`;
  switch (review.phase.value) {
    case "editing":
      return null;
    case "loading":
      return html`<div class="phase is-passing">${h(Loading, {})}</div>`;
    case "empty":
      return html`<div class="phase">${h(Empty, { title: words.empty, help: words.emptyHelp, children: back })}</div>`;
    case "failed":
      return html`<div class="phase">${h(Failed, { why: review.why.value, onRetry: () => void review.load() })}</div>`;
  }
}
