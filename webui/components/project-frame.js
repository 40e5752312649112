/**
 * What stands around every page of a project: where one is, the project's tabs, the page's title.
 *
 * A page of a project is one module `pages/NAME.js` with one component that draws this frame:
 *
 *     export function RoundsPage({ projectId }) {
 *       const { project } = useProject(projectId);            // name, role, classes, counts
 *       return h(ProjectFrame, {
 *         projectId, tab: "rounds", title: texts.rounds.title,
 *         aside: isAtLeast(project, "lead") && html`<button ...>`,   // at the right of the title
 *         children: html`...`,                                 // loads for itself, at once
 *       });
 *     }
 *
 * and two lines: its address in `app.js` (fetched when first asked for), its tab in TABS below
 * with the role that it needs, named in `texts/*\/frame.js`. The page of one row (`/rounds/{id}`)
 * gives `projectId: row?.project_id ?? null` and its row's name as `title` with `isRow: true`; until
 * it knows them the tabs are those of the project that was open last.
 */

import { isAtLeast, loadProject, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect } from "../vendor/preact.js";
import { Header } from "./header.js";
import { Failed } from "./state.js";

/**
 * @typedef {import("../vendor/preact.js").Child} Child
 * @typedef {import("../client/types.d.ts").Role} Role
 * @typedef {keyof typeof TABS} Tab
 */

/** In the order of the bar: the address below the project's, and who may see it. */
const TABS = {
  overview: { path: "", role: /** @type {Role} */ ("annotator") },
  images: { path: "/images", role: /** @type {Role} */ ("reviewer") },
  data: { path: "/data", role: /** @type {Role} */ ("lead") },
  rounds: { path: "/rounds", role: /** @type {Role} */ ("annotator") },
  budget: { path: "/budget", role: /** @type {Role} */ ("annotator") },
  people: { path: "/people", role: /** @type {Role} */ ("annotator") },
  models: { path: "/models", role: /** @type {Role} */ ("annotator") },
  schedules: { path: "/schedules", role: /** @type {Role} */ ("lead") },
  jobs: { path: "/jobs", role: /** @type {Role} */ ("annotator") },
  audit: { path: "/audit", role: /** @type {Role} */ ("lead") },
  settings: { path: "/settings", role: /** @type {Role} */ ("annotator") },
};

/**
 * @param {{
 *   projectId: string | null, tab: Tab, title: string, isRow?: boolean,
 *   subtitle?: Child, mark?: Child, aside?: Child, children?: Child,
 * }} props `mark` stands in the bar above; `subtitle` under the title
 */
export function ProjectFrame({ projectId, tab, title, isRow, subtitle, mark, aside, children }) {
  const { project, why } = useProject(projectId);
  useEffect(() => {
    const parts = project && project.name !== title ? [title, project.name] : [title];
    document.title = texts.app.title(parts.filter(Boolean).join(" · "));
  }, [title, project?.name]);

  const home = `/projects/${project?.id}`;
  const trail = [
    { name: texts.app.projects, href: "/" },
    ...(project ? [{ name: project.name, href: isRow ? home : undefined }] : []),
    ...(isRow && title ? [{ name: title }] : []),
  ];
  return html`${h(Header, { trail, children: mark })} ${h(Tabs, { project, tab })}
    <main class="page">
      ${
        why
          ? h(Failed, { why, onRetry: () => void loadProject(String(projectId)) })
          : html`<div class="page-head">
                <div class="page-title"><h1>${title || "\u00a0"}</h1>${subtitle}</div>
                <span class="grow"></span>
                ${aside}
              </div>
              ${children}`
      }
    </main>`;
}

/** @param {{project: import("../client/types.d.ts").Project | null, tab: Tab}} props */
function Tabs({ project, tab }) {
  const shown = Object.entries(TABS).filter(([, { role }]) => isAtLeast(project, role));
  return html`<nav class="tabs" aria-label=${texts.frame.tabs}>
    ${shown.map(
      ([name, { path }]) => html`<a
        key=${name}
        href=${`/projects/${project?.id}${path}`}
        aria-current=${name === tab ? "page" : undefined}
        >${texts.frame.tab[name]}</a
      >`,
    )}
  </nav>`;
}
