/** Jobs as they move: one of them, what it says, or a project's newest of some kinds. */

import { get, list } from "../client/request.js";
import { useEffect, useRef, useState } from "../vendor/preact.js";
import { listen } from "./events.js";

/**
 * @typedef {import("../client/types.d.ts").Job} Job
 * @typedef {{id: string, at: string, text: string}} Line
 */

const ENDED = new Set(["succeeded", "failed", "cancelled"]);
/** The API's largest page. */
const PAGE = 200;

/** @param {string} id @returns {{job: Job | null, why: string, reload: () => Promise<void>}} */
export function useJob(id) {
  const [job, setJob] = useState(/** @type {Job | null} */ (null));
  const [why, setWhy] = useState("");
  const isOver = useRef(false);

  const came = (/** @type {Job} */ now) => {
    isOver.current = ENDED.has(now.state);
    setJob(now);
    setWhy("");
  };
  const reload = () => get(`/jobs/${id}`).then(came, (error) => setWhy(error.message));
  useEffect(() => {
    isOver.current = false;
    void reload();
    return listen(`/jobs/${id}`, { on: { job: came }, ask: () => isOver.current || reload() });
  }, [id]);
  return { job, why, reload };
}

/** All that a job has said. @param {Job | null} job whenever it moves, it may have said more @returns {Line[]} */
export function useLog(job) {
  const [lines, setLines] = useState(/** @type {Line[]} */ ([]));
  const next = useRef("");

  /** The log only grows: what is there stays, the last page is asked for again. @param {string} id */
  const readOn = async (id) => {
    for (;;) {
      /** @type {import("../client/types.d.ts").Page<Line>} */
      const page = await get(next.current || `/jobs/${id}/log?limit=${PAGE}`);
      setLines((known) => {
        const ids = new Set(known.map((line) => line.id));
        return [...known, ...page.items.filter((line) => !ids.has(line.id))];
      });
      if (!page.next) return;
      next.current = page.next;
    }
  };
  useEffect(() => {
    next.current = "";
    setLines([]);
  }, [job?.id]);
  useEffect(() => {
    // What cannot be read now is read when the job moves again.
    if (job) readOn(job.id).catch(() => {});
  }, [job]);
  return lines;
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
    const came = (/** @type {Job} */ job) => {
      if (kinds.includes(job.kind)) setJobs((now) => withJob(now ?? [], job));
    };
    return listen(`/projects/${projectId}`, { on: { job: came }, ask: () => load().catch(() => {}) });
  }, [projectId]);
  return jobs;
}

/** @param {Job[]} jobs newest first @param {Job} job as it is now */
export function withJob(jobs, job) {
  if (!jobs.some(({ id }) => id === job.id)) return [job, ...jobs];
  return jobs.map((one) => (one.id === job.id ? job : one));
}
