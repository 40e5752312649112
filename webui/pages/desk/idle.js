/** Time that the frames leave: for work that nobody waits for. */

/** Even a page that is never idle, or not looked at, gets there. */
const LONGEST_WAIT_MS = 1000;
const NO_TIME = { didTimeout: true, timeRemaining: () => 0 };

/** @returns {Promise<IdleDeadline>} in a moment when nothing else is to do */
export function idleTime() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(resolve, { timeout: LONGEST_WAIT_MS });
    else setTimeout(resolve, 0, NO_TIME);
  });
}
