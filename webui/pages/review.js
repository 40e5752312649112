/** The review desk: one submitted mask, compared with the model's, and a verdict on it. */

import { Empty, Failed, Loading } from "../components/state.js";
import { toImage } from "../editor/viewport.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { ClassPanel } from "./desk/class-panel.js";
import { DeskFrame } from "./desk/frame.js";
import { LayerPanel, SpotPanel } from "./desk/layer-panel.js";
import { LookPanel } from "./desk/look-panel.js";
import { Pins } from "./desk/pins.js";
import { useDesk, useProject } from "./desk/use-desk.js";
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
  const open = review?.work.value;
  return h(DeskFrame, {
    desk: review,
    stage,
    title: project && texts.review.title(project.name),
    bar: review && h(ReviewBar, { review, project }),
    pins: open && h(Pins, { desk: review, editor: open.editor, remarks: review.remarks.value }),
    phase: review && h(Phase, { review }),
    panels: review && h(Panels, { review }),
    isPinning: review?.skipping.value,
  });
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
  if (!open) return null;
  const { editor } = open;
  return html`${h(ComparePanel, { review })} ${h(RemarksPanel, { review })} ${h(EffortPanel, { review, open })}
    ${h(ClassPanel, { desk: review, editor })} ${h(LayerPanel, { editor, changed })} ${h(SpotPanel, { editor, changed })}
    ${h(LookPanel, { editor, changed })}`;
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
