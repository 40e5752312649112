/** All accounts, for admins: make one, let somebody in again, sign them out, close an account. */

import { call } from "../client/request.js";
import { Refusal, useAct } from "../components/form.js";
import { FormSheet } from "../components/form-sheet.js";
import { Header } from "../components/header.js";
import { LinkSheet } from "../components/link-sheet.js";
import { ConfirmSheet } from "../components/sheet.js";
import { Empty } from "../components/state.js";
import { Rows } from "../components/table.js";
import { usePages } from "../state/pages.js";
import { user as me } from "../state/session.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";

/**
 * @typedef {import("../client/lead.d.ts").Account} Account
 * @typedef {"link" | "signOut" | "clear" | "disable" | "enable"} Act
 */

export function UsersPage() {
  const words = texts.accounts;
  /** @type {import("../state/pages.js").Pages<Account>} */
  const accounts = usePages("/users");
  const [isMaking, setMaking] = useState(false);
  const [asked, setAsked] = useState(/** @type {{act: "clear" | "disable", who: Account} | null} */ (null));
  const [link, setLink] = useState(/** @type {{name: string, path: string} | null} */ (null));
  useEffect(() => {
    document.title = texts.app.title(words.title);
  }, []);
  const giveLink = async (/** @type {{id: string, name: string, display_name: string | null}} */ who) => {
    /** @type {import("../client/lead.d.ts").Link} */
    const made = await call("POST", `/users/${who.id}/login-links`);
    setLink({ name: who.display_name || who.name, path: made.url_path });
  };
  const does = useAct(async (/** @type {Act} */ act, /** @type {Account} */ who) => {
    if (act === "link") await giveLink(who);
    else if (act === "signOut") await call("DELETE", `/users/${who.id}/sessions`);
    else if (act === "enable") await call("PATCH", `/users/${who.id}`, { json: { disabled: false } });
    else setAsked({ act, who });
    if (act === "enable") await accounts.reload();
  });
  const trail = [{ name: texts.app.projects, href: "/" }, { name: words.title }];
  return html`${h(Header, { trail })}
    <main class="page">
      <div class="page-head">
        <h1>${words.title}</h1>
        <span class="grow"></span>
        <button type="button" class="button primary" onClick=${() => setMaking(true)}>${words.make}</button>
      </div>
      ${h(Refusal, { why: does.why })}
      ${h(Rows, {
        pages: accounts,
        label: words.title,
        keyOf: (/** @type {Account} */ { id }) => id,
        columns: columns((act, who) => void does.run(act, who)),
        empty: h(Empty, { title: texts.people.empty }),
      })}
      ${isMaking && h(NewAccount, { onClose: () => setMaking(false), onMade: async (who) => (await accounts.reload(), await giveLink(who)) })}
      ${link && h(LinkSheet, { ...link, onClose: () => setLink(null) })}
      ${asked && h(Sure, { ...asked, onClose: () => setAsked(null), reload: accounts.reload })}
    </main>`;
}

/** @param {(act: Act, who: Account) => void} does @returns {import("../components/table.js").Column<Account>[]} */
function columns(does) {
  const words = texts.accounts;
  const names = words.columns;
  /** @param {Act} act @param {Account} who */
  const button = (act, who) =>
    html`<button type="button" class="link" onClick=${() => does(act, who)}>${words[act]}</button>`;
  return [
    { name: names.name, cell: ({ name }) => name },
    { name: names.shown, cell: ({ display_name: shown }) => shown },
    { name: words.admin, cell: ({ is_admin: isAdmin }) => words.isAdmin[isAdmin ? "yes" : ""] },
    {
      name: names.state,
      cell: ({ disabled_at: at }) =>
        html`<span class=${`state state-${at ? "failed" : "succeeded"}`}>${at ? words.disabled : words.active}</span>`,
    },
    {
      name: names.acts,
      isUnseen: true,
      cell: (who) => html`<span class="row-acts">
        ${who.id !== me.value?.id && button(who.disabled_at ? "enable" : "disable", who)}
        ${button("link", who)} ${button("signOut", who)} ${button("clear", who)}
      </span>`,
    },
  ];
}

/** @param {{act: "clear" | "disable", who: Account, reload: () => Promise<void>, onClose: () => void}} props */
function Sure({ act, who, reload, onClose }) {
  const words = texts.accounts;
  const name = who.display_name || who.name;
  const isClear = act === "clear";
  return h(ConfirmSheet, {
    title: isClear ? words.clearSure(name) : words.disableSure(name),
    help: isClear ? words.clearHelp : words.disableHelp,
    yes: words[act],
    act: async () => {
      if (isClear) await call("DELETE", `/users/${who.id}/password`);
      else await call("PATCH", `/users/${who.id}`, { json: { disabled: true } });
      await reload();
    },
    onClose,
  });
}

/** @param {{onClose: () => void, onMade: (who: import("../client/types.d.ts").User) => Promise<unknown>}} props */
function NewAccount({ onClose, onMade }) {
  const words = texts.people;
  return h(FormSheet, {
    title: texts.accounts.make,
    yes: texts.accounts.make,
    blank: { name: "", display_name: "", is_admin: "" },
    onClose,
    act: async ({ name, display_name: shown, is_admin: isAdmin }) => {
      await onMade(
        await call("POST", "/users", {
          json: { name, display_name: shown || null, is_admin: isAdmin !== "" },
        }),
      );
    },
    fields: ({ field }) => html`
      ${field("name", words.name, { required: true, maxlength: "64", help: words.nameHelp, autocomplete: "off" })}
      ${field("display_name", words.displayName, { maxlength: "200", autocomplete: "off" })}
      ${field("is_admin", texts.accounts.admin, { choices: Object.entries(texts.accounts.isAdmin) })}`,
  });
}
