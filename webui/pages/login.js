/** Signs in by a one-time link, `/login#TOKEN`, and goes on to the page that was asked for. */

import { ApiError } from "../client/request.js";
import { Brand } from "../components/header.js";
import { go } from "../router.js";
import { takeNextPage } from "../state/next-page.js";
import { signIn } from "../state/session.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";

/** @typedef {"working" | "needed" | "used" | "away"} Stage */

export function LoginPage() {
  const [stage, setStage] = useState(/** @type {Stage} */ (location.hash ? "working" : "needed"));

  useEffect(() => {
    document.title = texts.app.title(texts.login.title);
    const read = () => void signInByAddress(setStage);
    addEventListener("hashchange", read);
    read();
    return () => removeEventListener("hashchange", read);
  }, []);

  return html`<main class="login">
    ${h(Brand, {})}
    <div class="login-card" role=${stage === "used" || stage === "away" ? "alert" : "status"}>${words(stage)}</div>
  </main>`;
}

/** @param {(stage: Stage) => void} setStage */
async function signInByAddress(setStage) {
  const token = location.hash.slice(1);
  if (!token) return;
  // The token leaves the address bar and the history before anything else happens.
  history.replaceState(null, "", "/login");
  setStage("working");
  try {
    await signIn(decodeURIComponent(token));
    go(takeNextPage(), { replace: true });
  } catch (error) {
    setStage(error instanceof ApiError && error.isAway ? "away" : "used");
  }
}

/** @param {Stage} stage */
function words(stage) {
  const { login } = texts;
  switch (stage) {
    case "working":
      return html`<h1>${login.working}</h1>`;
    case "away":
      return html`<h1>${login.away}</h1>`;
    case "used":
      return html`<h1>${login.used}</h1><p>${login.usedHelp}</p><code>${login.command}</code>`;
    case "needed":
      return html`<h1>${login.needed}</h1><p>${login.neededHelp}</p><code>${login.command}</code>`;
  }
}
