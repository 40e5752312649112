/** All the keys: found by name or key, and changed by pressing the new one. */

import { IconButton } from "../../components/button.js";
import { BINDINGS } from "../../editor/keymap.js";
import { isChanged, keyFrom, keysFor, useKey, useUsualKeys } from "../../state/keys.js";
import { preferences } from "../../state/preferences.js";
import * as texts from "../../texts.js";
import { h, html, useLayoutEffect, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("./commands.js").Desk} Desk
 * @typedef {{command: string, text: string, keys: string, isFixed: boolean}} Listed
 * @typedef {"tools" | "classes" | "view" | "pointer" | "work"} Group
 */

/** @type {Group[]} */
const GROUPS = ["tools", "classes", "view", "pointer", "work"];
/** By the first word of a command; all others are of the work itself. @type {Record<string, Group>} */
const GROUP_OF = {
  tool: "tools",
  outline: "tools",
  fill: "tools",
  accept: "tools",
  region: "tools",
  second: "tools",
  brush: "tools",
  class: "classes",
  view: "view",
  mask: "view",
  layer: "view",
  spot: "view",
  panels: "view",
  cursor: "pointer",
};

/** @param {{desk: Desk}} props */
export function KeySheet({ desk }) {
  preferences.value;
  const { keySheet: words } = texts;
  const [wanted, setWanted] = useState("");
  const [editing, setEditing] = useState("");
  const [why, setWhy] = useState("");
  const listed = listedCommands().filter(({ text, keys }) =>
    `${text} ${keys}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  const hasOwn = Object.keys(preferences.value.keys ?? {}).length > 0;
  /** @param {string} command */
  const edit = (command) => {
    setWhy("");
    setEditing(command);
  };
  // Before the next key can be pressed.
  useLayoutEffect(() => (editing ? catchKey(editing, edit, setWhy) : undefined), [editing]);

  return html`<aside class="key-sheet" aria-label=${texts.desk.keys}>
    <header class="panel-head">
      <h2>${texts.desk.keys}</h2>
      <input
        type="search"
        placeholder=${texts.desk.findKey}
        aria-label=${texts.desk.findKey}
        value=${wanted}
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setWanted(event.currentTarget.value)}
      />
      ${h(IconButton, { icon: "cross", label: texts.app.close, keys: "Esc", onClick: () => (desk.keysShown.value = false) })}
    </header>
    <p class="hint" role="status">${why || (editing ? words.press(texts.commands[editing] ?? "") : words.help)}</p>
    <div class="key-groups">
      ${groupsOf(listed).map(
        ([group, rows]) => html`<section key=${group}>
          <h3>${words.groups[group]}</h3>
          <ul class="key-list">
            ${rows.map((one) => h(KeyRow, { key: one.command, one, isEditing: editing === one.command, onEdit: edit }))}
          </ul>
        </section>`,
      )}
    </div>
    ${hasOwn && html`<button type="button" class="button quiet" onClick=${() => void useUsualKeys()}>${words.usual}</button>`}
  </aside>`;
}

/**
 * In the order in which a hand needs them; those with nothing in them are left out.
 *
 * @param {Listed[]} listed @returns {Array<[Group, Listed[]]>}
 */
function groupsOf(listed) {
  /** @type {Map<Group, Listed[]>} */
  const found = new Map(GROUPS.map((group) => [group, []]));
  for (const one of listed) found.get(GROUP_OF[one.command.split(".")[0]] ?? "work")?.push(one);
  return [...found].filter(([, rows]) => rows.length > 0);
}

/**
 * @param {{one: Listed, isEditing: boolean,
 *          onEdit: (command: string) => void}} props
 */
function KeyRow({ one, isEditing, onEdit }) {
  const { keySheet: words } = texts;
  const { command, text, keys, isFixed } = one;
  return html`<li class=${isEditing ? "is-editing" : ""}>
    <span>${text}</span>
    ${
      isChanged(command) &&
      h(IconButton, {
        icon: "undo",
        label: words.usualOf(text),
        onClick: () => void useUsualKeys(command),
      })
    }
    ${
      isFixed
        ? html`<kbd>${keys}</kbd>`
        : html`<button
            type="button"
            class="key-change"
            aria-label=${words.change(text, keys)}
            title=${words.change(text, keys)}
            aria-pressed=${String(isEditing)}
            onClick=${() => onEdit(isEditing ? "" : command)}
          >
            <kbd>${isEditing ? "…" : keys}</kbd>
          </button>`
    }
  </li>`;
}

/** Give the next key pressed to the command. @param {string} command @param {(command: string) => void} edit @param {(why: string) => void} setWhy */
function catchKey(command, edit, setWhy) {
  const { keySheet: words } = texts;
  const listen = (/** @type {KeyboardEvent} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.code === "Escape") return edit("");
    const found = keyFrom(event, command);
    if ("key" in found) {
      edit("");
      void useKey(command, found.key).catch((error) => setWhy(error.message));
    } else if (found.why === "browser") setWhy(words.browser);
    else if (found.why === "taken") setWhy(words.taken(texts.commands[found.by] ?? words.aClass));
  };
  addEventListener("keydown", listen, { capture: true });
  return () => removeEventListener("keydown", listen, { capture: true });
}

/** @returns {Listed[]} */
function listedCommands() {
  return [...new Set(BINDINGS.map(({ command }) => command))]
    .filter((command) => command in texts.commands)
    .map((command) => ({
      command,
      text: texts.commands[command],
      keys: shownKeys(command),
      isFixed: command.startsWith("class.") && /\d$/.test(command),
    }));
}

/** @param {string} command */
function shownKeys(command) {
  if (command === "class.0") return "1 … 0";
  if (command === "class.10") return "Shift+1 … 0";
  return keysFor(command);
}
