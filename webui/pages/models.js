/** The models of a project: what each scored, which one serves, and every decision about that. */

import { call } from "../client/request.js";
import { Card } from "../components/card.js";
import { ProjectFrame } from "../components/project-frame.js";
import { ConfirmSheet } from "../components/sheet.js";
import { Empty } from "../components/state.js";
import { More, Rows } from "../components/table.js";
import { dayAndTime, duration, whole } from "../format.js";
import { useProjectEvents } from "../state/events.js";
import { usePages } from "../state/pages.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { Predictions } from "./model/predictions.js";
import { miouOf, shownMiou } from "./models/scores.js";

/**
 * @typedef {import("../client/types.d.ts").Model} Model
 * @typedef {import("../client/types.d.ts").Promotion} Promotion
 */

/** @param {{projectId: string}} props */
export function ModelsPage({ projectId }) {
  const words = texts.models;
  const { project } = useProject(projectId);
  /** @type {import("../state/pages.js").Pages<Model>} */
  const models = usePages(`/projects/${projectId}/models`);
  /** @type {import("../state/pages.js").Pages<Promotion>} */
  const promotions = usePages(`/projects/${projectId}/promotions`);
  const reload = async () => {
    await Promise.all([models.reload(), promotions.reload()]);
  };
  useProjectEvents(projectId, reload);
  const isLead = isAtLeast(project, "lead");
  return h(ProjectFrame, {
    projectId,
    tab: "models",
    title: words.title,
    aside: isLead && (promotions.items?.length ?? 0) > 1 && h(RollBack, { projectId, reload }),
    children: html`
      ${h(Rows, {
        pages: models,
        label: words.title,
        keyOf: (/** @type {Model} */ { id }) => id,
        columns: columns(),
        empty: h(Empty, { title: words.empty, help: words.emptyHelp }),
      })}
      ${
        (models.items?.length ?? 0) > 0 &&
        html`<div class="columns below">
          <div class="column">${h(Decisions, { promotions })}</div>
          <div class="column">${isLead && h(Predictions, { projectId })}</div>
        </div>`
      }
    `,
  });
}

/** @returns {import("../components/table.js").Column<Model>[]} */
function columns() {
  const words = texts.models;
  const names = words.columns;
  return [
    {
      name: names.version,
      cell: ({ id, version, serving }) =>
        html`<a href=${`/models/${id}`}>${words.name(version)}</a>${serving && html` <span class="state state-succeeded">${words.serves}</span>`}`,
    },
    { name: names.stage, cell: ({ kind }) => texts.jobKinds[kind] ?? kind },
    {
      name: names.labels,
      isNumber: true,
      cell: ({ labels_spent: labels }) => whole(labels ?? 0),
    },
    {
      name: names.validation,
      isNumber: true,
      cell: (model) => shownMiou(miouOf(model, "validation")),
    },
    { name: names.test, isNumber: true, cell: (model) => shownMiou(miouOf(model, "test")) },
    {
      name: names.took,
      isNumber: true,
      cell: ({ seconds }) => (seconds ? duration(seconds) : "–"),
    },
    { name: names.made, cell: ({ created_at: at }) => dayAndTime(at) },
  ];
}

/** @param {{projectId: string, reload: () => Promise<void>}} props */
function RollBack({ projectId, reload }) {
  const words = texts.models;
  const [isAsked, setAsked] = useState(false);
  return html`<button type="button" class="button" onClick=${() => setAsked(true)}>${words.rollBack}</button>
    ${
      isAsked &&
      h(ConfirmSheet, {
        title: words.rollBackSure,
        help: words.rollBackHelp,
        yes: words.rollBack,
        act: async () => {
          await call("POST", `/projects/${projectId}/models/rollback`);
          await reload();
        },
        onClose: () => setAsked(false),
      })
    }`;
}

/** @param {{promotions: import("../state/pages.js").Pages<Promotion>}} props */
function Decisions({ promotions }) {
  const words = texts.models;
  const rows = promotions.items ?? [];
  return h(Card, {
    title: words.decisions,
    children: html`<ul class="lines">
        ${rows.map(
          ({ id, version, outcome, reason, actor, at }) => html`<li key=${id}>
            <span>${words.name(version)}</span>
            <span class=${`state state-${outcome === "refused" ? "failed" : "succeeded"}`}>${words.outcomes[outcome] ?? outcome}</span>
            <span class="muted">${reason}</span>
            <span class="grow"></span>
            <span class="figure">${actor ?? words.bySelf}, ${dayAndTime(at)}</span>
          </li>`,
        )}
      </ul>
      ${h(More, { pages: /** @type {any} */ (promotions) })}`,
  });
}
