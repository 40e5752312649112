/** A project's events for the pages that show part of it: told when something has changed. */

import { useEffect, useRef } from "../vendor/preact.js";

/** Several events of one change lead to one look. */
const SETTLE_MS = 250;
/** While no events come, look this often. */
const POLL_MS = 4000;

/**
 * Calls `changed` soon after a job or a round of the project has changed.
 *
 * @param {string | null} projectId null: not known yet
 * @param {() => unknown} changed
 */
export function useProjectEvents(projectId, changed) {
  const look = useRef(changed);
  look.current = changed;
  useEffect(() => {
    if (!projectId) return undefined;
    const events = new EventSource(`/api/v1/projects/${projectId}/events`);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let settling;
    const settle = () => {
      clearTimeout(settling);
      settling = setTimeout(() => look.current(), SETTLE_MS);
    };
    events.addEventListener("job", settle);
    events.addEventListener("round", settle);
    const polling = setInterval(() => {
      if (events.readyState !== EventSource.OPEN) look.current();
    }, POLL_MS);
    return () => {
      events.close();
      clearTimeout(settling);
      clearInterval(polling);
    };
  }, [projectId]);
}
