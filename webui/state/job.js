/** One job and its log as they are now: by server-sent events, and by asking where none come. */

import { get } from "../client/request.js";
import { useEffect, useRef, useState } from "../vendor/preact.js";

/**
 * @typedef {import("../client/types.d.ts").Job} Job
 * @typedef {{id: string, at: string, text: string}} Line
 */

const POLL_MS = 3000;
const ENDED = new Set(["succeeded", "failed", "cancelled"]);
/** The API's largest page. */
const PAGE = 200;

/**
 * @param {string} jobId
 * @returns {{job: Job | null, lines: Line[], why: string, reload: () => Promise<void>}}
 */
export function useJob(jobId) {
  const [job, setJob] = useState(/** @type {Job | null} */ (null));
  const [lines, setLines] = useState(/** @type {Line[]} */ ([]));
  const [why, setWhy] = useState("");
  const next = useRef("");

  const load = async () => {
    try {
      const found = /** @type {Job} */ (await get(`/jobs/${jobId}`));
      setJob(found);
      setWhy("");
      await readOn();
    } catch (error) {
      setWhy(error instanceof Error ? error.message : String(error));
    }
  };
  /** The log only grows: what is there stays, the last page is asked for again. */
  const readOn = async () => {
    const first = `/jobs/${jobId}/log?limit=${PAGE}`;
    for (;;) {
      /** @type {import("../client/types.d.ts").Page<Line>} */
      const page = await get(next.current || first);
      setLines((known) => {
        const ids = new Set(known.map(({ id }) => id));
        return [...known, ...page.items.filter(({ id }) => !ids.has(id))];
      });
      if (!page.next) return;
      next.current = page.next;
    }
  };
  useEffect(() => {
    next.current = "";
    setLines([]);
    void load();
    const events = new EventSource(`/api/v1/jobs/${jobId}/events`);
    events.addEventListener("job", () => void load());
    const polling = setInterval(() => {
      if (events.readyState === EventSource.OPEN) return;
      setJob((now) => {
        if (now && !ENDED.has(now.state)) void load();
        return now;
      });
    }, POLL_MS);
    return () => {
      events.close();
      clearInterval(polling);
    };
  }, [jobId]);
  return { job, lines, why, reload: load };
}
