/**
 * Signing in again over the page that is open: its work stays where it is.
 *
 * Nobody is sent away from unsubmitted work because a session has ended.
 */

import { get } from "../client/request.js";
import { signIn, user } from "../state/session.js";
import { outbox } from "../state/sending.js";
import * as texts from "../texts.js";
import { h, html, signal, useEffect, useRef, useState } from "../vendor/preact.js";
import { Field, Refusal, submitTo, useAct, valueTo } from "./form.js";

/** Whether the service no longer knows the session of this page. */
export const isSignedOut = signal(false);

const LOOK_MS = 3000;

/** @param {import("../client/types.d.ts").User} now who is signed in @param {string | undefined} before the id of who worked here */
function welcomeBack(now, before) {
  // Somebody else's page is not this person's: theirs stays kept for when they are back.
  if (now.id !== before) location.assign("/");
  user.value = now;
  isSignedOut.value = false;
  void outbox.flush();
}

export function SignInAgain() {
  const [link, setLink] = useState("");
  const [host, setHost] = useState(/** @type {string | null} */ (null));
  const first = useRef(/** @type {HTMLInputElement | null} */ (null));
  const before = user.peek()?.id;
  const { run, why, isBusy } = useAct(async () => {
    await signIn(link.trim().replace(/^.*#/, ""));
    if (user.peek()) welcomeBack(/** @type {import("../client/types.d.ts").User} */ (user.peek()), before);
  });
  useEffect(() => {
    first.current?.focus();
    // Without an answer there is no issuer's button; links work all the same.
    get("/sessions/oidc").then(({ host }) => setHost(host), () => {});
    // Another tab signs this one in as well, by a link or at the issuer.
    const look = async () => {
      /** @type {import("../client/types.d.ts").Session | null} */
      const session = await get("/sessions/current").catch(() => null);
      if (session) welcomeBack(session.user, before);
    };
    const timer = setInterval(look, LOOK_MS);
    addEventListener("focus", look);
    return () => {
      clearInterval(timer);
      removeEventListener("focus", look);
    };
  }, []);
  const { login } = texts;
  return html`<div class="overlay">
    <form
      class="overlay-card"
      role="dialog"
      aria-modal="true"
      aria-labelledby="sign-in-again"
      onKeyDown=${(/** @type {Event} */ event) => event.stopPropagation()}
      onSubmit=${submitTo(() => void run())}
    >
      <h2 id="sign-in-again">${login.again}</h2>
      <p>${login.againHelp}</p>
      ${host && html`<a class="button primary" href="/login?issuer" target="_blank">${login.atIssuer(host)}</a>`}
      ${h(Field, {
        label: login.link,
        children: html`<input ref=${first} value=${link} autocomplete="off" onInput=${valueTo(setLink)} />`,
      })}
      ${h(Refusal, { why })}
      <div class="actions">
        <button type="submit" class=${`button ${host ? "" : "primary"}`} disabled=${isBusy || !link.trim()}>${login.title}</button>
      </div>
    </form>
  </div>`;
}
