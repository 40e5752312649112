/** What the project is called. */

import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { changeProject } from "./change-project.js";

/** @param {{project: import("../../client/types.d.ts").Project}} props */
export function NameCard({ project }) {
  const words = texts.settings;
  const [name, setName] = useState(project.name);
  const [description, setDescription] = useState(project.description ?? "");
  const [isSaved, setSaved] = useState(false);
  const { run, why, fields, isBusy } = useAct(async () => {
    await changeProject(project, { name, description });
    setSaved(true);
  });
  const isChanged = name !== project.name || description !== (project.description ?? "");
  return h(Card, {
    title: words.project,
    children: html`<form class="settings-form" onSubmit=${submitTo(() => void run())}>
      <div class="field-row">
        ${h(ToldField, { label: words.name, value: name, onValue: setName, maxlength: "200", required: true, why: fields.name })}
        ${h(ToldField, { label: words.description, value: description, onValue: setDescription, maxlength: "10000", why: fields.description })}
      </div>
      <div class="actions">
        <button type="submit" class="button" disabled=${isBusy || !isChanged}>${words.save}</button>
        ${isSaved && !isChanged && html`<span class="is-good" role="status">${words.saved}</span>`}
      </div>
      ${h(Refusal, { why })}
    </form>`,
  });
}
