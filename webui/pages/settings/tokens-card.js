/** Tokens for scripts: made here, shown once, revoked here. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { ConfirmSheet } from "../../components/sheet.js";
import { More } from "../../components/table.js";
import { dayAndTime } from "../../format.js";
import { usePages } from "../../state/pages.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { Secret } from "./secret.js";

/** @typedef {import("../../client/data.d.ts").Token} Token */

/** @param {{project: import("../../client/types.d.ts").Project}} props */
export function TokensCard({ project }) {
  const words = texts.settings;
  /** @type {import("../../state/pages.js").Pages<Token>} */
  const pages = usePages("/tokens");
  const [secret, setSecret] = useState("");
  const [asked, setAsked] = useState(/** @type {Token | null} */ (null));
  return h(Card, {
    title: words.tokens,
    children: html`
      <p class="hint">${words.tokensHelp}</p>
      ${secret && h(Secret, { help: words.tokenOnce, secret, onClose: () => setSecret("") })}
      ${h(NewToken, {
        project,
        onMade: (made) => {
          setSecret(made);
          void pages.reload();
        },
      })}
      <ul class="history-lines">
        ${pages.items?.map((token) => h(TokenLine, { key: token.id, token, project, onRevoke: () => setAsked(token) }))}
      </ul>
      ${h(More, { pages: /** @type {any} */ (pages) })}
      ${
        asked &&
        h(ConfirmSheet, {
          title: words.revokeSure(asked.name),
          help: words.revokeHelp,
          yes: words.revoke,
          act: async () => {
            await call("DELETE", `/tokens/${asked.id}`);
            await pages.reload();
          },
          onClose: () => setAsked(null),
        })
      }
    `,
  });
}

/** @param {{project: import("../../client/types.d.ts").Project, onMade: (secret: string) => void}} props */
function NewToken({ project, onMade }) {
  const words = texts.settings;
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [rights, setRights] = useState("write");
  const [place, setPlace] = useState("project");
  const { run, why, fields, isBusy } = useAct(async () => {
    const json = {
      name,
      scopes: rights === "write" ? ["read", "write"] : ["read"],
      expires_in_days: Number(days),
      ...(place === "project" ? { project_id: project.id } : {}),
    };
    /** @type {{token: string}} */
    const { token } = await call("POST", "/tokens", { json });
    setName("");
    onMade(token);
  });
  return html`<form class="settings-form" onSubmit=${submitTo(() => void run())}>
    <div class="field-row">
      ${h(ToldField, { label: words.tokenName, value: name, onValue: setName, required: true, maxlength: "200", placeholder: "ci", why: fields.name })}
      ${h(ToldField, { label: words.expires, type: "number", min: "1", max: "365", required: true, value: days, onValue: setDays, why: fields.expires_in_days })}
      ${h(ToldField, { label: words.scopes, value: rights, onValue: setRights, choices: Object.entries(words.rights), why: fields.scopes })}
      ${h(ToldField, { label: words.reach, value: place, onValue: setPlace, choices: Object.entries(words.reaches), why: fields.project_id })}
    </div>
    <div class="actions"><button type="submit" class="button" disabled=${isBusy || !name.trim()}>${words.makeToken}</button></div>
    ${h(Refusal, { why })}
  </form>`;
}

/** @param {{token: Token, project: import("../../client/types.d.ts").Project, onRevoke: () => void}} props */
function TokenLine({ token, project, onRevoke }) {
  const words = texts.settings;
  const { name, scopes, project_id: bound, expires_at: expires } = token;
  const rights = words.rights[scopes.includes("write") ? "write" : "read"];
  const reach = bound === null ? words.reaches.all : bound === project.id ? words.reaches.project : words.anotherProject;
  return html`<li>
    <span>${name}</span>
    <button type="button" class="link" aria-label=${words.revokeOf(name)} onClick=${onRevoke}>${words.revoke}</button>
    <span class="figure wraps">${[rights, reach, words.until(dayAndTime(expires))].join(", ")}</span>
  </li>`;
}
