/**
 * Measures, inside the page, the script time that each brush move costs and when frames come.
 *
 * Script time of a frame: its pointer events from the first listener to the last, and all that runs
 * in `requestAnimationFrame`, the panels' and the status line's work included.
 */
(() => {
  const probe = { isOn: false, scripts: [], frames: [] };
  window.probe = probe;
  let since = 0;
  let spent = 0;
  let moves = 0;
  let last = 0;
  addEventListener("pointermove", () => (since = performance.now()), true);
  addEventListener("pointermove", () => {
    spent += performance.now() - since;
    moves++;
  });
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) =>
    ask((now) => {
      const start = performance.now();
      act(now);
      spent += performance.now() - start;
    });
  const tick = (now) => {
    if (probe.isOn && moves > 0) {
      probe.scripts.push(spent);
      if (last) probe.frames.push(now - last);
    }
    spent = 0;
    moves = 0;
    last = now;
    ask(tick);
  };
  ask(tick);

  const fetchFirst = window.fetch.bind(window);
  let skipped = 0;
  window.fetch = async (...given) => {
    const answer = await fetchFirst(...given);
    if (String(given[0]).endsWith("/skip")) skipped = performance.now();
    return answer;
  };

  /** From when the service has answered that the last picture is skipped to when the next one is on the screen. */
  probe.nextOpening = () =>
    new Promise((resolve) => {
      const stage = document.querySelector(".stage");
      const last = stage.querySelector("canvas");
      const observer = new MutationObserver(() => {
        const shown = stage.querySelector("canvas");
        if (!shown || shown === last) return;
        observer.disconnect();
        // The frame after the next one comes when the next one has been drawn.
        ask(() => ask(() => resolve(performance.now() - skipped)));
      });
      observer.observe(stage, { childList: true });
    });
})();
