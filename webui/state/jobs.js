/** Jobs as they move: one of them, or a project's newest of one kind. */

import { get, list } from "../client/request.js";
import { useEffect, useState } from "../vendor/preact.js";

/** @typedef {import("../client/types.d.ts").Job} Job */

/** @param {string} id @returns {{job: Job | null, why: string}} */
export function useJob(id) {
  const [job, setJob] = useState(/** @type {Job | null} */ (null));
  const [why, setWhy] = useState("");
  useEffect(() => {
    get(`/jobs/${id}`).then(setJob, (error) => setWhy(error.message));
    const events = new EventSource(`/api/v1/jobs/${id}/events`);
    events.addEventListener("job", ({ data }) => setJob(JSON.parse(data)));
    return () => events.close();
  }, [id]);
  return { job, why };
}

/** @param {string} projectId @param {readonly string[]} kinds @returns {Job[] | null} newest first */
export function useJobs(projectId, kinds) {
  const [jobs, setJobs] = useState(/** @type {Job[] | null} */ (null));
  useEffect(() => {
    const load = async () => {
      const found = await Promise.all(
        kinds.map((kind) => list(`/projects/${projectId}/jobs?kind=${kind}&limit=20`)),
      );
      setJobs(/** @type {Job[]} */ (found.flat()).sort((a, b) => b.id.localeCompare(a.id)));
    };
    load().catch(() => setJobs([]));
    const events = new EventSource(`/api/v1/projects/${projectId}/events`);
    events.addEventListener("job", ({ data }) => {
      /** @type {Job} */
      const job = JSON.parse(data);
      if (kinds.includes(job.kind)) setJobs((now) => withJob(now ?? [], job));
    });
    return () => events.close();
  }, [projectId]);
  return jobs;
}

/** @param {Job[]} jobs @param {Job} job */
function withJob(jobs, job) {
  if (!jobs.some(({ id }) => id === job.id)) return [job, ...jobs];
  return jobs.map((one) => (one.id === job.id ? { ...one, ...job } : one));
}
