/** placeholder replaced below */
import { html } from "../vendor/preact.js";
/** @param {{projectId: string}} props */
export function ProjectPage({ projectId }) { return html`<a href=${`/projects/${projectId}/desk`}>desk</a>`; }
