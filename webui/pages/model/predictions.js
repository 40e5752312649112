/** Masks by the serving model: of the whole pool, or of a folder on the server. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { go } from "../../router.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/** @param {{projectId: string}} props */
export function Predictions({ projectId }) {
  const words = texts.models;
  const [folder, setFolder] = useState("");
  const { run, why, fields, isBusy } = useAct(async () => {
    /** @type {import("../../client/types.d.ts").Job} */
    const job = await call("POST", `/projects/${projectId}/predictions`, {
      json: folder ? { folder } : {},
    });
    go(`/jobs/${job.id}`);
  });
  return h(Card, {
    title: words.predict,
    children: html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
      ${h(ToldField, {
        label: words.folder,
        value: folder,
        onValue: setFolder,
        why: fields.folder,
        help: words.folderHelp,
        maxlength: "4096",
      })}
      ${h(Refusal, { why: fields.folder ? "" : why })}
      <div class="actions">
        <button type="submit" class="button" disabled=${isBusy}>${words.predictNow}</button>
      </div>
    </form>`,
  });
}
