/** The bar above the desk: which item this is, how safe the work is, and how to end it. */

import { Brand } from "../../components/header.js";
import { Icon } from "../../icons.js";
import { go } from "../../router.js";
import { keysFor } from "../../state/keys.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useState } from "../../vendor/preact.js";
import { act } from "./commands.js";
import { OutboxMark } from "./outbox-panel.js";

/** @typedef {import("./desk-state.js").DeskState} DeskState */

/** @param {{desk: DeskState, project: import("../../client/types.d.ts").Project | null}} props */
export function DeskBar({ desk, project }) {
  const work = desk.work.value;
  const isEditing = desk.phase.value === "editing" && work !== null;
  const number = project?.current_round?.number;
  return html`<header class="bar desk-bar">
    ${h(Brand, {})}
    <nav class="trail" aria-label=${texts.app.trail}>
      <a href=${`/projects/${desk.projectId}`}>${project?.name ?? "…"}</a>
      ${number !== undefined && html`<span>${texts.desk.round(number)}</span>`}
    </nav>
    ${
      isEditing &&
      html`<span class="item-place">${texts.desk.item(work.item.rank, work.item.of)}</span>
      <span class="item-name" title=${work.item.image.name}>${work.item.image.name}</span>`
    }
    <span class="grow"></span>
    ${h(OutboxMark, {})} ${isEditing && !desk.merge.value && h(SaveMark, { desk })}
    ${
      isEditing &&
      html`<button type="button" class="button quiet" title=${texts.desk.releaseHelp} onClick=${() => void putBack(desk)}>
        ${texts.desk.release}
      </button>
      <button
        type="button"
        class="button"
        title=${`${texts.commands.skip} (${keysFor("skip")})`}
        aria-expanded=${String(desk.skipping.value)}
        onClick=${() => act(desk, "skip")}
      >
        ${texts.desk.skip}
      </button>
      ${h(SubmitButton, { desk })}`
    }
  </header>`;
}

/** @param {{desk: DeskState}} props */
function SubmitButton({ desk }) {
  desk.changed.value;
  const spots = desk.editor?.spots ?? [];
  const allSeen = spots.length > 0 && spots.every((spot) => spot.visited);
  return html`<button
    type="button"
    class=${`button primary ${allSeen ? "glows" : ""}`}
    disabled=${desk.isBusy.value}
    onClick=${() => void desk.submit()}
  >
    ${texts.desk.submit}<kbd>${keysFor("submit").replace("+", " ")}</kbd>
  </button>`;
}

/** @param {DeskState} desk */
async function putBack(desk) {
  if (await desk.release()) go(`/projects/${desk.projectId}`);
}

/** The state of saving, in words and with a sign. @param {{desk: DeskState}} props */
function SaveMark({ desk }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  const save = desk.work.value?.save.value ?? { kind: "unchanged" };
  const isBad = save.kind === "failed" || save.kind === "offline" || save.kind === "stale";
  return html`<span class=${`save-mark save-${save.kind}`} role="status">
    ${isBad ? h(Icon, { name: "warning" }) : html`<span class="dot" aria-hidden="true"></span>`} ${saveText(save)}
  </span>`;
}

/** @param {import("./work.js").SaveState} save */
function saveText({ kind, why, at }) {
  switch (kind) {
    case "unchanged":
      return texts.desk.unchanged;
    case "kept":
      return texts.desk.keptHere;
    case "saving":
      return texts.desk.saving;
    case "saved":
      return texts.desk.saved((Date.now() - (at ?? 0)) / 1000);
    case "offline":
      return texts.desk.keptOffline;
    case "stale":
      return texts.desk.draftStale;
    case "failed":
      return texts.desk.notSaved(why ?? "");
  }
}
