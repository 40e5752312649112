/**
 * Signs in by a one-time link, `/login#TOKEN`, by what an issuer sends the browser back with,
 * `/login?code=...&state=...`, or by a password, and goes on to the page that was asked for. `/login?issuer` goes to the issuer
 * at once: a page whose session has ended opens it in another tab.
 */

import { ApiError, call, get } from "../client/request.js";
import { Refusal, submitTo, ToldField, useAct } from "../components/form.js";
import { Brand } from "../components/header.js";
import { go } from "../router.js";
import { rememberPage, takeNextPage } from "../state/next-page.js";
import { signIn, signInByPassword, signInFromIssuer } from "../state/session.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";

/**
 * @typedef {"working" | "needed" | "used" | "away"} Stage
 * @typedef {Stage | keyof typeof texts.login.issuer} Shown what the issuer's way ended with, too
 */

export function LoginPage() {
  const [stage, setStage] = useState(/** @type {Shown} */ (isSigningIn() ? "working" : "needed"));
  const [host, setHost] = useState(/** @type {string | null} */ (null));

  useEffect(() => {
    document.title = texts.app.title(texts.login.title);
    const read = () => void signInByAddress(setStage);
    if (new URLSearchParams(location.search).has("issuer")) {
      history.replaceState(null, "", "/login");
      rememberPage("/signed-in");
      void goToIssuer(setStage);
    }
    addEventListener("hashchange", read);
    read();
    // Without an answer the page is what it is without an issuer.
    get("/sessions/oidc").then(({ host }) => setHost(host), () => {});
    return () => removeEventListener("hashchange", read);
  }, []);

  const isRefusal = stage !== "working" && stage !== "needed";
  return html`<main class="login">
    ${h(Brand, {})}
    <div class="login-card" role=${isRefusal ? "alert" : "status"}>${words(stage)}</div>
    ${host && stage !== "working" && h(AtIssuer, { host, onRefused: setStage })}
    ${stage !== "working" && h(ByPassword, {})}
  </main>`;
}

/** @param {{host: string, onRefused: (stage: Shown) => void}} props */
function AtIssuer({ host, onRefused }) {
  const [isBusy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    setBusy(await goToIssuer(onRefused));
  };
  return html`<button type="button" class="button primary" disabled=${isBusy} onClick=${() => void begin()}>
    ${texts.login.atIssuer(host)}
  </button>`;
}

/** @param {(stage: Shown) => void} onRefused @returns {Promise<boolean>} whether the browser goes */
async function goToIssuer(onRefused) {
  try {
    /** @type {{address: string}} */
    const { address } = await call("POST", "/sessions/oidc/begin");
    location.assign(address);
    return true;
  } catch (error) {
    onRefused(reason(error));
    return false;
  }
}

function ByPassword() {
  const words = texts.login;
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { run, why, isBusy } = useAct(async () => {
    await signInByPassword(name, password);
    go(takeNextPage(), { replace: true });
  });
  return html`<details class="login-more">
    <summary>${words.byPassword}</summary>
    <form class="stack-form" onSubmit=${submitTo(() => void run())}>
      ${h(ToldField, { label: words.name, value: name, onValue: setName, required: true, maxlength: "64", autocomplete: "username" })}
      ${h(ToldField, { label: words.password, type: "password", value: password, onValue: setPassword, required: true, maxlength: "1000", autocomplete: "current-password" })}
      ${h(Refusal, { why })}
      <div class="actions"><button type="submit" class="button primary" disabled=${isBusy}>${words.title}</button></div>
    </form>
  </details>`;
}

function isSigningIn() {
  return Boolean(location.hash || new URLSearchParams(location.search).has("state"));
}

/** @param {(stage: Shown) => void} setStage */
async function signInByAddress(setStage) {
  const token = location.hash.slice(1);
  const sent = new URLSearchParams(location.search);
  if (!isSigningIn()) return;
  // What signs in leaves the address bar and the history before anything else happens.
  history.replaceState(null, "", "/login");
  setStage("working");
  const [code, state] = [sent.get("code"), sent.get("state")];
  try {
    if (token) await signIn(decodeURIComponent(token));
    else if (code && state) await signInFromIssuer(code, state);
    else return setStage("identity_refused");
    go(takeNextPage(), { replace: true });
  } catch (error) {
    if (token) setStage(error instanceof ApiError && error.isAway ? "away" : "used");
    else setStage(reason(error));
  }
}

/** @param {unknown} error @returns {Shown} */
function reason(error) {
  if (!(error instanceof ApiError)) return "other";
  if (error.status === 0) return "away";
  return error.type in texts.login.issuer
    ? /** @type {keyof typeof texts.login.issuer} */ (error.type)
    : "other";
}

/** @param {Shown} stage */
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
    default:
      return html`<h1>${login.notIn}</h1><p>${login.issuer[stage]}</p>`;
  }
}
