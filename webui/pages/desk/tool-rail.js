/** The tools at the left edge, each with its key. */

import { IconButton } from "../../components/button.js";
import { keysFor } from "../../state/keys.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { act, whyNoSuperpixels } from "./commands.js";

/** @type {Array<{command: string, icon: import("../../icons.js").IconName}>} */
const TOOLS = [
  { command: "tool.brush", icon: "brush" },
  { command: "tool.eraser", icon: "eraser" },
  { command: "tool.restore", icon: "restore" },
  { command: "tool.polygon", icon: "polygon" },
  { command: "tool.polygonMinus", icon: "polygonMinus" },
  { command: "tool.lasso", icon: "lasso" },
  { command: "tool.fill", icon: "fill" },
  { command: "tool.wand", icon: "wand" },
  { command: "tool.superpixel", icon: "superpixel" },
  { command: "tool.pick", icon: "pick" },
];

/** @type {Array<{command: string, icon: import("../../icons.js").IconName}>} */
const ACTS = [
  { command: "undo", icon: "undo" },
  { command: "redo", icon: "redo" },
  { command: "view.fit", icon: "fit" },
];

/** @param {{desk: import("./commands.js").Desk}} props */
export function ToolRail({ desk }) {
  desk.changed.value;
  const { editor } = desk;
  const { history } = editor?.correction ?? {};
  /** @type {Record<string, boolean>} */
  const isIdle = { undo: !history?.depth, redo: !history?.redoDepth };
  return html`<nav class="rail" aria-label=${texts.app.tools}>
    ${TOOLS.map(({ command, icon }) => {
      const isPressed = command === `tool.${editor?.tool.id}`;
      const given = { ...named(desk, command, icon), isPressed };
      const why = command === "tool.superpixel" && editor ? whyNoSuperpixels(editor) : null;
      return h(IconButton, why ? { ...given, label: texts.aids.alone(given.label, why), isOff: true } : given);
    })}
    <hr />
    ${ACTS.map(({ command, icon }) => h(IconButton, { ...named(desk, command, icon), isDisabled: isIdle[command] ?? false }))}
    <span class="grow"></span>
    ${h(IconButton, { ...named(desk, "panels", "panels"), isPressed: desk.panelsShown.value })}
    ${h(IconButton, { ...named(desk, "keys", "keys"), isPressed: desk.keysShown.value })}
  </nav>`;
}

/** @param {import("./commands.js").Desk} desk @param {string} command @param {import("../../icons.js").IconName} icon */
function named(desk, command, icon) {
  return {
    icon,
    label: texts.commands[command],
    keys: keysFor(command),
    onClick: () => act(desk, command),
  };
}
