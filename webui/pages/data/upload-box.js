/** Where files are dropped, and how far they are on their way. */

import { Refusal, useAct } from "../../components/form.js";
import { Progress } from "../../components/progress.js";
import { duration, percent, size } from "../../format.js";
import { parcelOfDrop, parcelOfFiles } from "../../state/dropped.js";
import { begunIn, forget } from "../../state/upload.js";
import * as texts from "../../texts.js";
import { h, html, useRef, useState } from "../../vendor/preact.js";

/** @typedef {import("./import-state.js").ImportState} ImportState */
/** @typedef {import("../../state/dropped.js").Parcel} Parcel */

/** @param {{state: ImportState}} props */
export function UploadBox({ state }) {
  const words = texts.data;
  const [isOver, setOver] = useState(false);
  const take = useAct(async (/** @type {Promise<Parcel | null> | Parcel | null} */ given) => {
    const parcel = await given;
    if (!parcel) throw new Error(words.nothingToSend);
    await state.send(parcel);
  });
  const drop = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer) void take.run(parcelOfDrop(event.dataTransfer));
  };
  const upload = state.upload.value;
  if (upload) return h(Sending, { state, upload });
  return html`<div
      class=${`drop-box ${isOver ? "is-over" : ""}`}
      onDragOver=${(/** @type {Event} */ event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave=${() => setOver(false)}
      onDrop=${drop}
    >
      <p><strong>${words.drop}</strong></p>
      <p class="hint">${words.dropHelp}</p>
      <div class="actions">
        ${h(Chooser, { text: words.chooseFiles, onFiles: (files) => void take.run(parcelOfFiles(files)) })}
        ${h(Chooser, { text: words.chooseFolder, isFolder: true, onFiles: (files) => void take.run(parcelOfFiles(files)) })}
      </div>
      ${h(Begun, { projectId: state.project.id })}
    </div>
    ${h(Refusal, { why: take.why })}`;
}

/** A file dialog behind a button. @param {{text: string, isFolder?: boolean, onFiles: (files: FileList | null) => void}} props */
function Chooser({ text, isFolder, onFiles }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return html`<button type="button" class="button" onClick=${() => input.current?.click()}>${text}</button>
    <input
      ref=${input}
      type="file"
      multiple
      hidden
      aria-label=${text}
      webkitdirectory=${isFolder}
      onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => onFiles(currentTarget.files)}
    />`;
}

/** What was begun before the page was loaded anew. @param {{projectId: string}} props */
function Begun({ projectId }) {
  const [begun, setBegun] = useState(() => begunIn(projectId));
  const words = texts.data;
  if (!begun) return null;
  const drop = async () => {
    await forget(projectId, begun.id);
    setBegun(null);
  };
  return html`<p class="begun" role="status">
    ${words.begun(begun.name, size(begun.bytes))}
    <button type="button" class="link" onClick=${() => void drop()}>${words.forget}</button>
  </p>`;
}

/** @param {{state: ImportState, upload: import("../../state/upload.js").Upload}} props */
function Sending({ state, upload }) {
  const words = texts.data;
  const [now, sent, rate] = [upload.state.value, upload.sent.value, upload.rate.value];
  const { name, files } = upload.parcel;
  const share = upload.bytes ? sent / upload.bytes : 1;
  const left = rate > 0 ? (upload.bytes - sent) / rate : 0;
  const again = async () => {
    await upload.forget();
    state.upload.value = null;
    state.content.value = null;
    state.unseen.value = "";
    state.want({ path: "", masksPath: "" });
  };
  return html`<div class="sending">
    <p class="job-line">
      <strong>${name}</strong>
      <span class="muted">${words.parcel(files, size(upload.bytes))}</span>
      <span class="grow"></span>
      <span class="figure" role="status">${words.uploadStates[now]}</span>
      <span class="figure">${percent(share, 0)}</span>
    </p>
    ${h(Progress, { share, label: words.sending })}
    <p class="job-line">
      <span class="figure">${rate > 0 && now === "sending" ? words.rate(size(rate), duration(left)) : "\u00a0"}</span>
      <span class="grow"></span>
      ${now === "sending" && html`<button type="button" class="link" onClick=${() => upload.pause()}>${words.pause}</button>`}
      ${(now === "paused" || now === "failed") && html`<button type="button" class="link" onClick=${() => void upload.start()}>${words.resume}</button>`}
      <button type="button" class="link" onClick=${() => void again()}>${now === "done" ? words.other : words.stop}</button>
    </p>
    ${h(Refusal, { why: upload.why.value })}
  </div>`;
}
