/** What a page hears of a job or a project as it happens, and asks for while nothing can be heard. */

import { useEffect, useRef } from "../vendor/preact.js";

/** While no events come, ask this often. */
const ASK_MS = 4000;
/** Several events of one change lead to one look. */
const SETTLE_MS = 250;

/**
 * @param {string} path `/jobs/ID` or `/projects/ID`
 * @param {{on: Record<string, (thing: any) => void>, ask: () => unknown, onLive?: (isLive: boolean) => void}} how
 *   `on` has what each kind of event calls, with the thing as it is now
 * @returns {() => void} hears no more
 */
export function listen(path, { on, ask, onLive = () => {} }) {
  const events = new EventSource(`/api/v1${path}/events`);
  events.onopen = () => onLive(true);
  events.onerror = () => onLive(false);
  for (const [kind, hear] of Object.entries(on))
    events.addEventListener(kind, ({ data }) => hear(JSON.parse(data)));
  const asking = setInterval(() => events.readyState === EventSource.OPEN || ask(), ASK_MS);
  return () => {
    events.close();
    clearInterval(asking);
  };
}

/** Acts once things have settled. @param {() => unknown} act */
export function settling(act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stop = () => clearTimeout(timer);
  const soon = () => {
    stop();
    timer = setTimeout(act, SETTLE_MS);
  };
  return { soon, stop };
}

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
    const { soon, stop } = settling(() => look.current());
    const deafen = listen(`/projects/${projectId}`, {
      on: { job: soon, round: soon },
      ask: () => look.current(),
    });
    return () => {
      deafen();
      stop();
    };
  }, [projectId]);
}
