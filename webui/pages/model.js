/** One model: its scores, each class against the model that serves, its files, and its promotion. */

import { call, get, list } from "../client/request.js";
import { Card } from "../components/card.js";
import { Refusal, useAct } from "../components/form.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Failed, Loading } from "../components/state.js";
import { dayAndTime, duration, percent, whole } from "../format.js";
import { go } from "../router.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { miouOf, shownMiou } from "./models.js";

/**
 * @typedef {import("../client/types.d.ts").Model} Model
 * @typedef {import("../client/types.d.ts").ClassScore} ClassScore
 */

/** @param {{modelId: string}} props */
export function ModelPage({ modelId }) {
  const [model, setModel] = useState(/** @type {Model | null} */ (null));
  const [serving, setServing] = useState(/** @type {Model | null} */ (null));
  const [why, setWhy] = useState("");
  const load = async () => {
    try {
      const found = /** @type {Model} */ (await get(`/models/${modelId}`));
      setModel(found);
      const all = /** @type {Model[]} */ (
        await list(`/projects/${found.project_id}/models?limit=200`)
      );
      setServing(all.find((one) => one.serving) ?? null);
    } catch (error) {
      setWhy(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => void load(), [modelId]);
  const { project } = useProject(model?.project_id ?? null);
  const words = texts.models;
  if (!model && why) return h(Failed, { why, onRetry: () => void load() });
  const mayPromote = model && !model.serving && isAtLeast(project, "lead");
  return h(ProjectFrame, {
    projectId: model?.project_id ?? null,
    tab: "models",
    isRow: true,
    title: model ? words.name(model.version) : "",
    mark: model?.serving && html`<span class="state state-succeeded">${words.serves}</span>`,
    aside: mayPromote && h(Promote, { model, reload: load }),
    children: model
      ? html`<div class="columns">
          <div class="column">${h(Classes, { model, serving, colours: project?.classes?.classes ?? [] })}</div>
          <div class="column">${h(Facts, { model })} ${h(Files, { model })}</div>
        </div>`
      : h(Loading, {}),
  });
}

/** @param {{model: Model, reload: () => Promise<void>}} props */
function Promote({ model, reload }) {
  const { run, why, isBusy } = useAct(async () => {
    await call("POST", `/models/${model.id}/promote`);
    await reload();
  });
  return html`<div class="actions">
    <button type="button" class="button primary" disabled=${isBusy} onClick=${() => void run()}>${texts.models.promote}</button>
    ${h(Refusal, { why })}
  </div>`;
}

/** @param {{model: Model, serving: Model | null, colours: import("../client/types.d.ts").LabelClass[]}} props */
function Classes({ model, serving, colours }) {
  const words = texts.models;
  const split = model.evaluations?.some((one) => one.split === "validation") ? "validation" : "test";
  const scores = scoresOf(model, split);
  if (scores.length === 0)
    return h(Card, {
      title: words.perClass,
      children: html`<p class="hint">${words.notMeasured}</p>`,
    });
  const other = serving && serving.id !== model.id ? scoresOf(serving, split) : [];
  const before = new Map(other.map(({ id, iou }) => [id, iou]));
  const colourOf = new Map(colours.map(({ id, colour }) => [id, colour]));
  return h(Card, {
    title: words.perClass,
    aside: html`<span class="figure">${words.splits[split]}${other.length > 0 && serving ? `, ${words.against(serving.version)}` : ""}</span>`,
    children: html`<ul class="bars">
      ${scores.map(
        ({ id, name, iou }) => html`<li key=${id}>
          <span class="swatch" style=${{ backgroundColor: colourOf.get(id) ?? "#888888" }}></span>
          <span class="bar-name">${name}</span>
          <span class="bar-track"><span style=${{ width: `${(iou ?? 0) * 100}%` }}></span></span>
          <span class="number">${iou === null ? "–" : percent(iou)}</span>
          ${h(Change, { now: iou, before: before.get(id) ?? null })}
        </li>`,
      )}
    </ul>`,
  });
}

/** @param {{now: number | null, before: number | null}} props */
function Change({ now, before }) {
  if (now === null || before === null) return html`<span class="number change"></span>`;
  const points = now - before;
  return html`<span class=${`number change ${points >= 0 ? "is-good" : "is-bad"}`}>${texts.rounds.change(points)}</span>`;
}

/** @param {Model} model @param {string} split @returns {ClassScore[]} the best first */
function scoresOf(model, split) {
  const found = model.evaluations?.find((one) => one.split === split)?.per_class ?? [];
  return [...found].sort((a, b) => (b.iou ?? -1) - (a.iou ?? -1));
}

/** @param {{model: Model}} props */
function Facts({ model }) {
  const words = texts.models;
  const names = words.columns;
  /** @type {Array<[string, import("../vendor/preact.js").Child]>} */
  const facts = [
    [names.stage, texts.jobKinds[model.kind] ?? model.kind],
    [names.labels, whole(model.labels_spent ?? 0)],
    [names.validation, shownMiou(miouOf(model, "validation"))],
    [names.test, shownMiou(miouOf(model, "test"))],
    [names.took, model.seconds ? duration(model.seconds) : "–"],
    [names.made, dayAndTime(model.created_at)],
    [texts.jobs.round, html`<a href=${`/rounds/${model.round_id}`}>${texts.jobs.toRound}</a>`],
  ];
  return h(Card, {
    title: texts.jobs.facts,
    children: html`<dl class="facts">
      ${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
    </dl>`,
  });
}

/** @param {{model: Model}} props */
function Files({ model }) {
  const words = texts.models;
  const { run, why, isBusy } = useAct(async () => {
    /** @type {import("../client/types.d.ts").Job} */
    const job = await call("POST", `/models/${model.id}/onnx`);
    go(`/jobs/${job.id}`);
  });
  return h(Card, {
    title: words.files,
    children: html`<ul class="lines">
        ${Object.entries(model.files ?? {}).map(
          ([name, sha256]) => html`<li key=${name}>
            <a href=${`/api/v1/models/${model.id}/files/${name}`} download=${name}>${name}</a>
            <span class="grow"></span>
            <code class="figure" title=${sha256}>${sha256.slice(0, 12)}</code>
          </li>`,
        )}
      </ul>
      <div class="actions">
        <button type="button" class="button small" disabled=${isBusy} onClick=${() => void run()}>${words.onnx}</button>
      </div>
      ${h(Refusal, { why })}`,
  });
}
