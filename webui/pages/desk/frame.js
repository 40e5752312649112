/** What every desk's page looks like: its bar, the tools, the picture and what lies over it, panels, status. */

import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { KeySheet } from "./key-sheet.js";
import { StatusLine } from "./status-line.js";
import { ToolRail } from "./tool-rail.js";
import { useTitle } from "./use-desk.js";

/** @typedef {import("../../vendor/preact.js").Child} Child */

/**
 * @param {object} props
 * @param {import("./commands.js").Desk | null} props.desk null: not opened yet
 * @param {{current: HTMLElement | null}} props.stage where it opens
 * @param {string | null} props.title
 * @param {Child} props.bar
 * @param {Child} [props.pins] at places of the picture
 * @param {Child} props.phase what stands in the place of the picture
 * @param {Child} props.panels
 * @param {boolean} [props.isPinning] whether the next press is a place, and no stroke
 */
export function DeskFrame({ desk, stage, title, bar, pins, phase, panels, isPinning = false }) {
  useTitle(title);
  const hasPanels = desk?.panelsShown.value ?? true;
  return html`<div class=${`desk ${hasPanels ? "" : "without-panels"}`} onClick=${giveFocusBack}>
    ${title && html`<h1 class="unseen">${title}</h1>`}
    ${bar || html`<header class="bar desk-bar"></header>`}
    ${desk ? h(ToolRail, { desk }) : html`<nav class="rail"></nav>`}
    <main class="stage-frame">
      <div
        ref=${stage}
        class=${`stage ${desk?.isPanning.value ? "is-panning" : ""} ${isPinning ? "is-pinning" : ""}`}
        tabindex="0"
        role="application"
        aria-label=${texts.desk.picture}
      ></div>
      ${pins} ${desk?.notice && h(NoticeLine, { notice: desk.notice })} ${phase} ${desk?.keysShown.value && h(KeySheet, { desk })}
    </main>
    <aside class="panels" aria-label=${texts.desk.panels}>${hasPanels && panels}</aside>
    ${desk && h(StatusLine, { desk })}
  </div>`;
}

/** A button pressed by the mouse must not take the Space key from the picture. @param {MouseEvent} event */
function giveFocusBack({ detail, target, currentTarget }) {
  const button =
    target instanceof Element && target.closest("button, input[type=range], input[type=checkbox]");
  if (detail === 0 || !button || !(currentTarget instanceof Element)) return;
  /** @type {HTMLElement | null} */ (currentTarget.querySelector(".stage"))?.focus();
}

/** @param {{notice: import("./notice.js").Notice}} props */
function NoticeLine({ notice }) {
  const isBad = notice.isBad.value;
  const text = notice.text.value;
  return html`<p class=${`notice ${isBad ? "is-bad" : ""}`} role=${isBad ? "alert" : "status"} hidden=${!text}>
    ${text}
  </p>`;
}
