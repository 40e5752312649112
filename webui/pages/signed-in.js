/** Where a tab ends that was opened to sign in again: the work is in the other one. */

import { Brand } from "../components/header.js";
import * as texts from "../texts.js";
import { h, html, useEffect } from "../vendor/preact.js";

export function SignedInPage() {
  const words = texts.login;
  useEffect(() => {
    document.title = texts.app.title(words.signedIn);
    // Browsers allow it of a tab that has no history of its own; else the words say it.
    window.close();
  }, []);
  return html`<main class="login">
    ${h(Brand, {})}
    <div class="login-card" role="status">
      <h1>${words.signedIn}</h1>
      <p>${words.signedInHelp}</p>
      <a class="button" href="/">${texts.app.toProjects}</a>
    </div>
  </main>`;
}
