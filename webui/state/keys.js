/** The keys of this person: the usual ones, and those that they have changed. */

import { BINDINGS, commandOf, keysOf } from "../editor/keymap.js";
import { computed } from "../vendor/preact.js";
import { preferences, savePreferences } from "./preferences.js";

/**
 * @typedef {import("../editor/keymap.js").Binding} Binding
 * @typedef {import("../editor/keymap.js").KeyPress} KeyPress
 * @typedef {import("./preferences.js").Key} Key
 */

/** The browser keeps these for itself, whatever a page would like. */
const TAKEN_CODES = new Set(["KeyW", "KeyN", "KeyT", "KeyR", "KeyD", "KeyF"]);
const MODIFIERS = /^(Control|Shift|Alt|Meta|OS)(Left|Right)?$/;

/** @param {Record<string, Key[]>} changed @returns {Binding[]} */
export function bindingsWith(changed) {
  const usual = BINDINGS.filter(({ command }) => !(command in changed));
  const own = Object.entries(changed).flatMap(([command, keys]) =>
    keys.map((key) => ({ command, ...key })),
  );
  return [...own, ...usual];
}

const bindings = computed(() => bindingsWith(preferences.value.keys ?? {}));

/** @param {KeyPress} press @returns {string | null} */
export function commandFor(press) {
  return commandOf(press, bindings.value);
}

/** @param {string} command @returns {string} its keys as a person reads them */
export function keysFor(command) {
  return keysOf(command, bindings.value);
}

/** @param {string} command */
export function isChanged(command) {
  return command in (preferences.value.keys ?? {});
}

/**
 * What a press would be as a command's key.
 *
 * @param {KeyPress} press @param {string} command
 * @returns {{key: Key} | {why: "modifier"} | {why: "browser"} | {why: "taken", by: string}}
 */
export function keyFrom(press, command) {
  if (MODIFIERS.test(press.code)) return { why: "modifier" };
  const ctrl = press.ctrlKey || press.metaKey;
  if (ctrl && TAKEN_CODES.has(press.code)) return { why: "browser" };
  const by = commandFor(press);
  if (by !== null && by !== command) return { why: "taken", by };
  return { key: { code: press.code, ctrl, shift: press.shiftKey, alt: press.altKey } };
}

/** @param {string} command @param {Key} key in the place of all its keys */
export function useKey(command, key) {
  return savePreferences({ keys: { ...preferences.peek().keys, [command]: [key] } });
}

/** @param {string} [command] all of them without one */
export function useUsualKeys(command) {
  const kept = { ...preferences.peek().keys };
  if (command === undefined) return savePreferences({ keys: null });
  delete kept[command];
  return savePreferences({ keys: kept });
}
