/** The projects of this person, and a way to begin one. */

import { call, get, list } from "../client/request.js";
import { Header } from "../components/header.js";
import { Empty, Failed, Loading } from "../components/state.js";
import { whole } from "../format.js";
import { go } from "../router.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { miouOf, shownMiou } from "./models/scores.js";

/** @typedef {import("../client/types.d.ts").Project} Project */

export function ProjectsPage() {
  const [found, setFound] = useState(/** @type {Project[] | null} */ (null));
  const [why, setWhy] = useState("");
  const load = () => {
    setWhy("");
    loadProjects().then(setFound, (error) => setWhy(error.message));
  };
  useEffect(() => {
    document.title = texts.app.title(texts.projects.title);
    load();
  }, []);

  return html`${h(Header, {})}
    <main class="page narrow">
      <div class="page-head"><h1>${texts.projects.title}</h1></div>
      ${why ? h(Failed, { why, onRetry: load }) : found ? h(ProjectList, { projects: found }) : h(Loading, {})}
      ${found && h(NewProject, { isFirst: found.length === 0 })}
    </main>`;
}

/** The list names the projects; what each is doing stands in its own answer. @returns {Promise<Project[]>} */
async function loadProjects() {
  /** @type {Project[]} */
  const named = await list("/projects");
  return Promise.all(named.map(({ id }) => get(`/projects/${id}`)));
}

/** @param {{projects: Project[]}} props */
function ProjectList({ projects }) {
  const { columns, empty, emptyHelp } = texts.projects;
  if (projects.length === 0) return h(Empty, { title: empty, help: emptyHelp });
  return html`<div class="card flush">
    <table>
      <thead>
        <tr>
          <th scope="col">${columns.name}</th>
          <th scope="col">${columns.round}</th>
          <th scope="col" class="number">${columns.images}</th>
          <th scope="col" class="number">${columns.budget}</th>
          <th scope="col" class="number">${columns.miou}</th>
          <th scope="col"><span class="unseen">${texts.projects.open}</span></th>
        </tr>
      </thead>
      <tbody>
        ${projects.map((project) => h(ProjectRow, { key: project.id, project }))}
      </tbody>
    </table>
  </div>`;
}

/** @param {{project: Project}} props */
function ProjectRow({ project }) {
  const { id, name, current_round: round, counts, budget, latest_model: model } = project;
  const miou = model ? miouOf(model, "test") : null;
  const canLabel = round?.state === "labelling";
  return html`<tr>
    <td><a href=${`/projects/${id}`}>${name}</a></td>
    <td>
      ${
        round
          ? html`<span class=${`state state-${round.state}`}>${texts.desk.round(round.number)}: ${texts.roundStates[round.state].toLowerCase()}</span>`
          : html`<span class="muted">${texts.projects.noRound}</span>`
      }
    </td>
    <td class="number">${counts ? whole(counts.pool) : "–"}</td>
    <td class="number">${budget ? whole(budget.left) : "–"}</td>
    <td class="number">${shownMiou(miou)}</td>
    <td class="number">
      ${canLabel && html`<a class="button small" href=${`/projects/${id}/desk`}>${texts.projects.label}</a>`}
    </td>
  </tr>`;
}

/** @param {{isFirst: boolean}} props */
function NewProject({ isFirst }) {
  const [name, setName] = useState("");
  const [why, setWhy] = useState("");
  const create = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      /** @type {Project} */
      const project = await call("POST", "/projects", { json: { name } });
      go(`/projects/${project.id}`);
    } catch (error) {
      setWhy(error instanceof Error ? error.message : "");
    }
  };
  return html`<form class=${`inline-form ${isFirst ? "centred" : ""}`} onSubmit=${create}>
    <input
      required
      maxlength="200"
      aria-label=${texts.projects.name}
      placeholder=${texts.projects.namePlaceholder}
      value=${name}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setName(event.currentTarget.value)}
    />
    <button class=${`button ${isFirst ? "primary" : ""}`} type="submit">${texts.projects.create}</button>
    ${why && html`<p class="refusal" role="alert">${why}</p>`}
  </form>`;
}
