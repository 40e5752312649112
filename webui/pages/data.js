/** Data in and data out: what comes from people's disks and the server, and what goes to other tools. */

import { get } from "../client/request.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Empty, Loading } from "../components/state.js";
import { useJobs } from "../state/jobs.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { ExportCard, ExportsCard } from "./data/exports.js";
import { ImportCard } from "./data/import-card.js";
import { ImportsCard } from "./data/imports-card.js";

/** @typedef {import("../client/data.d.ts").Formats} Formats */

const KINDS = ["import", "export"];

/** @param {{projectId: string}} props */
export function DataPage({ projectId }) {
  const { project } = useProject(projectId);
  const [formats, setFormats] = useState(/** @type {Formats | null} */ (null));
  const jobs = useJobs(projectId, KINDS);
  useEffect(() => {
    get("/formats").then(setFormats, () => {});
  }, []);
  const words = texts.data;
  return h(ProjectFrame, {
    projectId,
    tab: "data",
    title: words.title,
    children: !project || !formats ? h(Loading, {}) : isAtLeast(project, "lead") ? body() : h(Empty, { title: words.onlyLeads }),
  });

  function body() {
    const known = { project: /** @type {any} */ (project), formats: /** @type {Formats} */ (formats) };
    return html`<div class="columns">
      <div class="column">${h(ImportCard, known)} ${h(ExportCard, known)}</div>
      <div class="column">${h(ImportsCard, { jobs })} ${h(ExportsCard, { projectId, jobs })}</div>
    </div>`;
  }
}
