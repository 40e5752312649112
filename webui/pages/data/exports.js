/** Exporting: which masks, as what; and earlier exports, to download or to write again. */

import { call, list } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { dayAndTime, size } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useState } from "../../vendor/preact.js";
import { JobBar } from "./imports-card.js";

/**
 * @typedef {import("../../client/types.d.ts").Job} Job
 * @typedef {import("../../client/types.d.ts").Round} Round
 * @typedef {import("../../client/data.d.ts").Exported} Exported
 * @typedef {{user: import("../../client/types.d.ts").User}} Member
 */

const SPLITS = ["train", "pool", "validation", "test"];

/**
 * @param {{project: import("../../client/types.d.ts").Project,
 *          formats: import("../../client/data.d.ts").Formats}} props
 */
export function ExportCard({ project, formats }) {
  const words = texts.data;
  const { id } = project;
  const [form, setForm] = useState("png");
  const [images, setImages] = useState(true);
  const [until, setUntil] = useState("");
  const [splits, setSplits] = useState(/** @type {string[]} */ ([]));
  const [rounds, setRounds] = useState(/** @type {string[]} */ ([]));
  const [people, setPeople] = useState(/** @type {string[]} */ ([]));
  const known = useKnown(id);
  const { run, why, fields, isBusy } = useAct(async () => {
    const wanted = {
      format: form,
      images,
      ...(splits.length ? { splits } : {}),
      ...(rounds.length ? { round_ids: rounds } : {}),
      ...(people.length ? { author_ids: people } : {}),
      ...(until ? { until: new Date(until).toISOString() } : {}),
    };
    await call("POST", `/projects/${id}/exports`, { json: wanted });
  });
  return h(Card, {
    title: words.export,
    children: html`<form class="import-form" onSubmit=${submitTo(() => void run())}>
      <div class="field-row">
        ${h(ToldField, { label: words.format, value: form, onValue: setForm, choices: formats.writes.map((one) => [one, words.formats[one] ?? one]), why: fields.format })}
        ${h(ToldField, { label: words.until, type: "datetime-local", value: until, onValue: setUntil, why: fields.until, help: words.untilHelp })}
      </div>
      <label class="check"><input type="checkbox" checked=${images} onChange=${() => setImages(!images)} /> ${words.withImages}</label>
      ${h(Several, { legend: words.splits, none: words.allOf, chosen: splits, onChosen: setSplits, choices: SPLITS.map((one) => [one, texts.images.splits[one]]) })}
      ${h(Several, { legend: words.rounds, none: words.allOf, chosen: rounds, onChosen: setRounds, choices: known.rounds })}
      ${h(Several, { legend: words.people, none: words.allOf, chosen: people, onChosen: setPeople, choices: known.people })}
      <div class="actions"><button type="submit" class="button primary" disabled=${isBusy}>${words.exportStart}</button></div>
      ${h(Refusal, { why })}
    </form>`,
  });
}

/** @param {string} projectId @returns {{rounds: Array<[string, string]>, people: Array<[string, string]>}} */
function useKnown(projectId) {
  const [rounds, setRounds] = useState(/** @type {Round[]} */ ([]));
  const [people, setPeople] = useState(/** @type {Member[]} */ ([]));
  useEffect(() => {
    list(`/projects/${projectId}/rounds?limit=200`).then(setRounds, () => {});
    list(`/projects/${projectId}/members?limit=200`).then(setPeople, () => {});
  }, [projectId]);
  return {
    rounds: rounds.map(({ id, number }) => [id, texts.project.roundName(number)]),
    people: people.map(({ user }) => [user.id, user.display_name || user.name]),
  };
}

/**
 * @param {{legend: string, none: string, chosen: string[], onChosen: (chosen: string[]) => void,
 *          choices: ReadonlyArray<readonly string[]>}} props `choices`: value and text
 */
function Several({ legend, none, chosen, onChosen, choices }) {
  if (choices.length === 0) return null;
  const toggle = (/** @type {string} */ one) =>
    onChosen(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  return html`<fieldset class="several">
    <legend>${legend}${chosen.length === 0 && `: ${none}`}</legend>
    <div class="chips">
      ${choices.map(
        ([value, text]) => html`<label key=${value} class="chip">
          <input type="checkbox" checked=${chosen.includes(value)} onChange=${() => toggle(value)} />${text}
        </label>`,
      )}
    </div>
  </fieldset>`;
}

/** @param {{projectId: string, jobs: Job[] | null}} props */
export function ExportsCard({ projectId, jobs }) {
  const words = texts.data;
  const again = useAct((/** @type {string} */ exportId) =>
    call("POST", `/projects/${projectId}/exports`, { json: { export_id: exportId } }),
  );
  const made = jobs?.filter(({ kind }) => kind === "export") ?? [];
  const body =
    made.length === 0
      ? html`<p class="hint">${jobs ? words.noExports : texts.app.loading}</p>`
      : html`<ul class="history-lines">
          ${made.map((job) => h(ExportLine, { key: job.id, job, onAgain: (id) => void again.run(id) }))}
        </ul>`;
  return h(Card, { title: words.exports, children: html`${body} ${h(Refusal, { why: again.why })}` });
}

/** @param {{job: Job, onAgain: (exportId: string) => void}} props */
function ExportLine({ job, onAgain }) {
  const words = texts.data;
  const made = /** @type {Exported | null} */ (/** @type {unknown} */ (job.result ?? null));
  return html`<li>
    <span>${dayAndTime(job.created_at)}</span>
    <span class=${`state state-${job.state}`}>${texts.jobStates[job.state]}</span>
    ${made && html`<span class="figure wraps">${words.made(words.formats[made.format] ?? made.format, made.items, size(made.bytes))}${made.losses > 0 && ` ${words.losses(made.losses)}`}</span>`}
    ${!made && html`<span class="figure wraps">${job.error ?? job.message}</span>`}
    ${h(JobBar, { job })}
    ${
      made &&
      html`<span class="pair export-acts">
        <code title=${made.export_id}>${made.export_id.slice(0, 12)}</code>
        <a href=${`/api/v1/exports/${job.id}/file`} download>${words.download}</a>
        <button type="button" class="link" title=${words.againHelp} onClick=${() => onAgain(made.export_id)}>${words.again}</button>
      </span>`
    }
  </li>`;
}
