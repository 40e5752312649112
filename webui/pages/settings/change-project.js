/** Changing a project as it was last seen: whoever was faster is not overwritten. */

import { call } from "../../client/request.js";
import { keepProject, loadProject } from "../../state/project.js";

/** @typedef {import("../../client/types.d.ts").Project} Project */

/** @param {Project} project @param {Record<string, unknown>} changes */
export async function changeProject(project, changes) {
  const { version } = /** @type {Project & {version: number}} */ (project);
  try {
    /** @type {Project} */
    const changed = await call("PATCH", `/projects/${project.id}`, {
      json: changes,
      headers: { "If-Match": `"${version}"` },
    });
    keepProject(changed);
  } catch (error) {
    // Show what the others have made of it; what was typed stays in the form.
    void loadProject(project.id);
    throw error;
  }
}
