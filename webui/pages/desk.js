/** The correction desk: one picture as large as it can be, and all that corrects it around it. */

import { get } from "../client/request.js";
import { Empty, Failed, Loading } from "../components/state.js";
import { listenToPointer } from "../editor/pointer.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useRef, useState } from "../vendor/preact.js";
import { ClassPanel } from "./desk/class-panel.js";
import { listenToKeys } from "./desk/commands.js";
import { DeskBar } from "./desk/desk-bar.js";
import { DeskState } from "./desk/desk-state.js";
import { LayerPanel, SpotPanel } from "./desk/layer-panel.js";
import { KeySheet, SkipSheet } from "./desk/sheets.js";
import { StatusLine } from "./desk/status-line.js";
import { ToolRail } from "./desk/tool-rail.js";

/** @typedef {import("../client/types.d.ts").Project} Project */

/** @param {{projectId: string}} props */
export function DeskPage({ projectId }) {
  const stage = useRef(/** @type {HTMLElement | null} */ (null));
  const [desk, setDesk] = useState(/** @type {DeskState | null} */ (null));
  const [project, setProject] = useState(/** @type {Project | null} */ (null));

  useEffect(() => {
    if (!stage.current) return undefined;
    const opened = new DeskState(projectId, stage.current);
    const stops = [
      listenToKeys(opened),
      listenToPointer(stage.current, () => (opened.isBusy.peek() ? null : opened.editor), {
        isPanning: () => opened.isPanning.value,
        onActivity: () => opened.work.peek()?.activity.note(performance.now()),
      }),
    ];
    setDesk(opened);
    void opened.next();
    get(`/projects/${projectId}`).then(
      (found) => setProject(/** @type {Project} */ (found)),
      () => {},
    );
    return () => {
      stops.forEach((stop) => stop());
      opened.close();
    };
  }, [projectId]);

  useEffect(() => {
    if (project) document.title = texts.app.title(texts.desk.title(project.name));
  }, [project]);

  const hasPanels = desk?.panelsShown.value ?? true;
  return html`<div class=${`desk ${hasPanels ? "" : "without-panels"}`} onClick=${giveFocusBack}>
    ${project && html`<h1 class="unseen">${texts.desk.title(project.name)}</h1>`}
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
      ${desk && h(Notice, { desk })} ${desk && h(PhaseNote, { desk })} ${desk?.keysShown.value && h(KeySheet, { desk })}
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
  desk.changed.value;
  const editor = desk.work.value?.editor;
  if (!editor || !desk.panelsShown.value) return html`<aside class="panels"></aside>`;
  return html`<aside class="panels" aria-label=${texts.desk.panels}>
    ${desk.skipping.value && h(SkipSheet, { desk })} ${h(ClassPanel, { desk, editor })} ${h(LayerPanel, { editor })}
    ${h(SpotPanel, { editor })}
  </aside>`;
}

/** @param {{desk: DeskState}} props */
function Notice({ desk }) {
  const isBad = desk.noticeIsBad.value;
  return html`<p class=${`notice ${isBad ? "is-bad" : ""}`} role=${isBad ? "alert" : "status"} hidden=${!desk.notice.value}>
    ${desk.notice.value}
  </p>`;
}

/** @param {{desk: DeskState}} props */
function PhaseNote({ desk }) {
  const { desk: words } = texts;
  const next = () => void desk.next();
  const ways = html`<div class="actions">
    <button type="button" class="button primary" onClick=${next}>${words.takeNext}</button>
    <a class="button" href=${`/projects/${desk.projectId}`}>${words.toProject}</a>
  </div>`;
  switch (desk.phase.value) {
    case "editing":
      return null;
    case "loading":
      return html`<div class="phase is-passing">${h(Loading, { label: words.loading })}</div>`;
    case "empty":
      return html`<div class="phase">${h(Empty, { title: words.empty, help: words.emptyHelp, children: ways })}</div>`;
    case "exhausted":
      return html`<div class="phase">${h(Empty, { title: words.exhausted, help: words.exhaustedHelp, children: ways })}</div>`;
    case "lost":
      return html`<div class="phase">${h(Empty, { title: words.lost, help: words.lostHelp, children: ways })}</div>`;
    case "failed":
      return html`<div class="phase">${h(Failed, { why: desk.why.value, onRetry: next })}</div>`;
  }
}
