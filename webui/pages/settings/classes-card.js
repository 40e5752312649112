/** The classes: names, colours and keys; saving adds a version and says what that does. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, submitTo, useAct } from "../../components/form.js";
import { loadProject } from "../../state/project.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useState } from "../../vendor/preact.js";
import { colourFor } from "../project/class-lines.js";
import { changesOf, keyOf, nextId } from "./class-changes.js";

/** @typedef {import("../../client/types.d.ts").LabelClass} LabelClass */

/** @param {{project: import("../../client/types.d.ts").Project}} props */
export function ClassesCard({ project }) {
  const words = texts.settings;
  const kept = project.classes?.classes ?? [];
  const version = project.classes?.version ?? 0;
  const [rows, setRows] = useState(/** @type {LabelClass[]} */ (kept));
  useEffect(() => setRows(kept), [version]);
  const changes = changesOf(kept, rows);
  const { run, why, fields, isBusy } = useAct(async () => {
    await call("PUT", `/projects/${project.id}/classes`, { json: { classes: rows } });
    await loadProject(project.id);
  });
  const set = (/** @type {number} */ place, /** @type {Partial<LabelClass>} */ part) =>
    setRows(rows.map((row, at) => (at === place ? { ...row, ...part } : row)));
  const add = () => {
    const id = nextId(kept, rows);
    setRows([...rows, { id, name: "", colour: colourFor("", id) }]);
  };
  const isChanged = changes.count > 0;
  return h(Card, {
    title: words.classes,
    aside: html`<span class="figure">${version > 0 && words.version(version)}</span>`,
    children: html`<form class="settings-form" onSubmit=${submitTo(() => void run())}>
      ${rows.length === 0 && html`<p class="hint">${words.classesEmpty}</p>`}
      <ul class="class-rows">
        ${rows.map((row, place) =>
          h(ClassRow, {
            key: row.id,
            row,
            place,
            why: fields[`classes.${place}.name`] || fields[`classes.${place}.id`] || fields[`classes.${place}.colour`],
            onChange: (part) => set(place, part),
            onRemove: () => setRows(rows.filter((_, at) => at !== place)),
          }),
        )}
      </ul>
      <div class="actions">
        <button type="button" class="button" onClick=${add}>${words.addClass}</button>
        <button type="submit" class="button primary" disabled=${isBusy || !isChanged || rows.length === 0}>${words.saveClasses(version + 1)}</button>
        ${isChanged && html`<button type="button" class="button quiet" onClick=${() => setRows(kept)}>${words.discard}</button>`}
      </div>
      ${isChanged && version > 0 && html`<p class="hint" role="status">${words.changes(changes)} ${words.changesHelp}${changes.removed > 0 ? ` ${words.removedHelp}` : ""}</p>`}
      ${h(Refusal, { why })}
    </form>`,
  });
}

/**
 * @param {{row: LabelClass, place: number, why?: string, onChange: (part: Partial<LabelClass>) => void,
 *          onRemove: () => void}} props
 */
function ClassRow({ row: { id, name, colour }, place, why, onChange, onRemove }) {
  const words = texts.settings;
  const called = name || String(id);
  return html`<li>
    <span class="figure" title=${words.idHelp}>${id}</span>
    <input type="color" aria-label=${words.colourOf(called)} value=${colour} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onChange({ colour: event.currentTarget.value })} />
    <input required maxlength="100" aria-label=${words.nameOf(id)} aria-invalid=${why ? "true" : undefined} value=${name} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onChange({ name: event.currentTarget.value })} />
    <kbd title=${words.keyHelp}>${keyOf(place)}</kbd>
    <button type="button" class="link" aria-label=${words.removeClass(called)} onClick=${onRemove}>${words.remove}</button>
    ${why && html`<small class="refusal">${why}</small>`}
  </li>`;
}
