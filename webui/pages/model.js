/** One model: its scores, each class against the model that serves, its files, and its promotion. */

import { call, get, list } from "../client/request.js";
import { Card } from "../components/card.js";
import { Facts } from "../components/facts.js";
import { Refusal, useAct } from "../components/form.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Failed, Loading } from "../components/state.js";
import { dayAndTime, duration, whole } from "../format.js";
import { go } from "../router.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { ClassesCard } from "./model/classes-card.js";
import { miouOf, shownMiou } from "./models/scores.js";

/** @typedef {import("../client/types.d.ts").Model} Model */

/** @param {{modelId: string}} props */
export function ModelPage({ modelId }) {
  const [model, setModel] = useState(/** @type {Model | null} */ (null));
  const [against, setAgainst] = useState(/** @type {Model | null} */ (null));
  const [why, setWhy] = useState("");
  const load = async () => {
    try {
      const found = /** @type {Model} */ (await get(`/models/${modelId}`));
      setModel(found);
      const all = /** @type {Model[]} */ (
        await list(`/projects/${found.project_id}/models?limit=200`)
      );
      setAgainst(comparedWith(found, all));
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
          <div class="column">${h(ClassesCard, { model, against, colours: project?.classes?.classes ?? [] })}</div>
          <div class="column">${h(ModelFacts, { model })} ${h(Files, { model })}</div>
        </div>`
      : h(Loading, {}),
  });
}

/** The one that serves, or where that is this one the one before it. @param {Model} model @param {Model[]} all */
function comparedWith(model, all) {
  const earlier = all.filter(({ version }) => version < model.version);
  const before = earlier.sort((a, b) => b.version - a.version)[0] ?? null;
  return model.serving ? before : (all.find(({ serving }) => serving) ?? before);
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

/** @param {{model: Model}} props */
function ModelFacts({ model }) {
  const words = texts.models;
  const names = words.columns;
  /** @type {import("../components/facts.js").FactList} */
  const facts = [
    [names.stage, texts.jobKinds[model.kind] ?? model.kind],
    [names.labels, whole(model.labels_spent ?? 0)],
    [names.validation, shownMiou(miouOf(model, "validation"))],
    [names.test, shownMiou(miouOf(model, "test"))],
    [names.took, model.seconds ? duration(model.seconds) : "–"],
    [names.made, dayAndTime(model.created_at)],
    [texts.jobs.round, html`<a href=${`/rounds/${model.round_id}`}>${texts.jobs.toRound}</a>`],
  ];
  return h(Facts, { title: texts.jobs.facts, facts });
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
