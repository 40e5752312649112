/** Importing, step by step: where the data is, what it is, what its labels mean, and off it goes. */

import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { whole } from "../../format.js";
import { go } from "../../router.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { ImportState, PLACES } from "./import-state.js";
import { MapTable } from "./map-table.js";
import { UploadBox } from "./upload-box.js";

/**
 * @param {{project: import("../../client/types.d.ts").Project,
 *          formats: import("../../client/data.d.ts").Formats}} props
 */
export function ImportCard({ project, formats }) {
  const [state] = useState(() => new ImportState(project, formats));
  const words = texts.data;
  const look = useAct(() => state.look());
  const start = useAct(async () => {
    const job = await state.start();
    go(`/imports/${job.id}`);
  });
  if (!project.classes)
    return h(Card, {
      title: words.import,
      children: html`<p class="hint">${words.classesFirst}</p>
        <div class="actions"><a class="button" href=${`/projects/${project.id}/settings`}>${words.toClasses}</a></div>`,
    });
  const fields = { ...look.fields, ...start.fields };
  const preview = state.preview.value;
  const canStart = state.isReady && (preview ? preview.images > 0 && state.isMapped : !state.canPreview);
  return h(Card, {
    title: words.import,
    children: html`<form class="import-form" onSubmit=${submitTo(() => void (preview || !state.canPreview ? start : look).run())}>
      ${h(Where, { state, fields })} ${h(What, { state, fields })}
      ${preview && h(MapTable, { state, preview })}
      <div class="actions">
        ${
          state.canPreview &&
          html`<button type=${preview ? "button" : "submit"} class=${`button ${preview ? "" : "primary"}`}
            disabled=${!state.isReady || look.isBusy} onClick=${preview ? () => void look.run() : undefined}>
            ${preview ? words.lookAgain : words.look}
          </button>`
        }
        ${
          (preview || !state.canPreview) &&
          html`<button type="submit" class="button primary" disabled=${!canStart || start.isBusy}>
            ${preview ? words.start(whole(preview.images)) : words.startUnseen}
          </button>`
        }
      </div>
      ${h(Refusal, { why: look.why || start.why })}
    </form>`,
  });
}

/** @param {{state: ImportState, fields: Record<string, string>}} props */
function Where({ state, fields }) {
  const words = texts.data;
  const { from, path, recursive } = state.wanted.value;
  const folders = state.content.value?.folders;
  // Not before it is looked into: what was chosen meanwhile would give way to what is found.
  const isLookedInto = state.upload.value !== null && Boolean(folders || state.unseen.value);
  return html`<fieldset>
    <legend>${words.where}</legend>
    <div class="segments" role="group" aria-label=${words.where}>
      ${
        /** @type {const} */ (["here", "server"]).map(
          (one) => html`<button type="button" aria-pressed=${String(from === one)} onClick=${() => state.want({ from: one, path: "", masksPath: "" })}>
            ${words.from[one]}
          </button>`,
        )
      }
    </div>
    ${from === "here" && h(UploadBox, { state })}
    ${state.unseen.value && html`<p class="hint">${state.unseen.value}</p>`}
    ${(from === "server" || isLookedInto) &&
    html`<div class="field-row">
      ${
        from === "here" && folders
          ? h(ToldField, {
              label: words.folder,
              value: path,
              onValue: (path) => state.want({ path }),
              choices: withParents(folders.map(({ path }) => path), path).map((one) => [one, one === "." ? words.wholeUpload : one]),
              why: fields.path,
            })
          : h(ToldField, {
              label: words.folder,
              value: path,
              onValue: (path) => state.want({ path }),
              placeholder: "/data/images",
              why: fields.path,
              help: from === "server" ? words.serverHelp : undefined,
            })
      }
      <label class="check">
        <input type="checkbox" checked=${recursive} onChange=${() => state.want({ recursive: !recursive })} />
        ${words.recursive}
      </label>
    </div>`}
  </fieldset>`;
}

/** @param {{state: ImportState, fields: Record<string, string>}} props */
function What({ state, fields }) {
  const words = texts.data;
  const { place, layout, groupPattern } = state.wanted.value;
  return html`<fieldset>
    <legend>${words.what}</legend>
    <div class="choices" role="radiogroup" aria-label=${words.what}>
      ${
        /** @type {Array<keyof typeof PLACES>} */ (Object.keys(PLACES)).map(
          (one) => html`<label class="choice">
            <input type="radio" name="place" value=${one} checked=${place === one} onChange=${() => state.want({ place: one })} />
            <span><strong>${words.places[one]}</strong><small>${words.placeHelp[one]}</small></span>
          </label>`,
        )
      }
    </div>
    ${state.hasMasks && h(Masks, { state, fields })}
    <div class="field-row">
      ${h(ToldField, {
        label: words.layout,
        value: layout,
        onValue: (layout) => state.want({ layout }),
        choices: [["", words.noLayout], ...state.formats.layouts.map((one) => [one, words.formats[one] ?? one])],
        why: fields.layout,
      })}
      ${h(ToldField, {
        label: words.groupPattern,
        value: groupPattern,
        onValue: (groupPattern) => state.want({ groupPattern }),
        placeholder: "^([^_]+)_",
        why: fields.group_pattern,
        help: words.groupHelp,
      })}
    </div>
  </fieldset>`;
}

/** @param {{state: ImportState, fields: Record<string, string>}} props */
function Masks({ state, fields }) {
  const words = texts.data;
  const { masksPath, format } = state.wanted.value;
  const content = state.content.value;
  const places = state.isDocument ? (content?.documents ?? []) : withParents(content?.folders.map(({ path }) => path) ?? [], masksPath);
  const label = state.isDocument ? words.masksFile : words.masksFolder;
  return html`<div class="field-row">
    ${h(ToldField, {
      label: words.format,
      value: format,
      onValue: (format) => state.want({ format }),
      choices: state.formats.reads.map((one) => [one, words.formats[one] ?? one]),
      why: fields.masks_format,
    })}
    ${h(ToldField, {
      label,
      value: masksPath,
      onValue: (masksPath) => state.want({ masksPath }),
      why: fields.masks_path,
      ...(content && places.length > 0 ? { choices: withNone(places, masksPath) } : { placeholder: "/data/labels" }),
    })}
  </div>`;
}

/** A choice that is none of the list stands first, unchosen. @param {string[]} places @param {string} chosen @returns {Array<[string, string]>} */
function withNone(places, chosen) {
  const listed = places.map((one) => /** @type {[string, string]} */ ([one, one]));
  return places.includes(chosen) ? listed : [["", texts.data.choose], ...listed];
}

/** The folders and those around them. @param {string[]} folders @param {string} chosen */
function withParents(folders, chosen) {
  const all = new Set([".", ...(chosen ? [chosen] : [])]);
  for (const folder of folders) {
    const parts = folder.split("/");
    parts.forEach((_, depth) => all.add(parts.slice(0, depth + 1).join("/")));
  }
  return [...all].sort();
}
