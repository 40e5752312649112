/** The project that a page lies in: its name and this person's role, asked for once and kept. */

import { get } from "../client/request.js";
import { signal, useEffect } from "../vendor/preact.js";

/**
 * @typedef {import("../client/types.d.ts").Project} Project
 * @typedef {import("../client/types.d.ts").Role} Role
 */

const projects = signal(/** @type {Record<string, Project>} */ ({}));
const refusals = signal(/** @type {Record<string, string>} */ ({}));

/** The project that was open last: what a page below no project's address begins with. */
let last = "";

/** @param {string} id */
export async function loadProject(id) {
  try {
    keepProject(/** @type {Project} */ (await get(`/projects/${id}`)), id);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refusals.value = { ...refusals.peek(), [id]: why };
  }
}

/** What an answer has just said of a project. @param {Project} project @param {string} id as it was asked for */
export function keepProject(project, id = project.id) {
  projects.value = { ...projects.peek(), [id]: project, [project.id]: project };
  refusals.value = { ...refusals.peek(), [id]: "" };
}

/**
 * The project, as it was when it was last asked for; asked for anew when a page opens.
 *
 * @param {string | null} id null: a row's page that does not know its project yet
 * @returns {{project: Project | null, why: string}}
 */
export function useProject(id) {
  useEffect(() => {
    if (!id) return;
    last = id;
    void loadProject(id);
  }, [id]);
  const known = id ?? last;
  return { project: projects.value[known] ?? null, why: (id && refusals.value[id]) || "" };
}

const RANK = { annotator: 0, reviewer: 1, lead: 2 };

/** @param {Project | null} project @param {Role} role @returns {boolean} whether this person is that at least */
export function isAtLeast(project, role) {
  return Boolean(project?.role) && RANK[/** @type {Role} */ (project?.role)] >= RANK[role];
}
