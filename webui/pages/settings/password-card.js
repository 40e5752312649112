/** A person's password: set or changed here, after which every browser signs in anew. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { go } from "../../router.js";
import { leave } from "../../state/session.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

export function PasswordCard() {
  const words = texts.settings;
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const { run, why, fields, isBusy } = useAct(async () => {
    await call("PUT", "/sessions/password", { json: { password, current: current || null } });
    leave(); // the service has ended this session with all others
    go("/login", { replace: true });
  });
  const secret = { type: "password", maxlength: "200" };
  return h(Card, {
    title: words.password,
    children: html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
      ${h(ToldField, { ...secret, label: words.passwordNow, help: words.passwordNowHelp, autocomplete: "current-password", value: current, onValue: setCurrent })}
      ${h(ToldField, { ...secret, label: words.passwordNew, help: words.passwordHelp, autocomplete: "new-password", required: true, value: password, onValue: setPassword, why: fields.password })}
      ${h(Refusal, { why: fields.password ? "" : why })}
      <div class="actions"><button type="submit" class="button" disabled=${isBusy}>${words.passwordSet}</button></div>
    </form>`,
  });
}
