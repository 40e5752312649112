/**
 * Which keys mean which command, by the key's place on the keyboard.
 *
 * `KeyboardEvent.code` is used and never `.key`: a Hangul or Pinyin input method changes the latter.
 *
 * @typedef {{command: string, code: string, ctrl?: boolean, shift?: boolean, alt?: boolean}} Binding
 * @typedef {Pick<KeyboardEvent, "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">} KeyPress
 */

/** @type {readonly Binding[]} */
export const BINDINGS = [
  { command: "tool.brush", code: "KeyB" },
  { command: "tool.eraser", code: "KeyE" },
  { command: "tool.restore", code: "KeyE", shift: true },
  { command: "tool.polygon", code: "KeyP" },
  { command: "tool.polygonMinus", code: "KeyP", shift: true },
  { command: "outline.close", code: "Enter" },
  { command: "outline.back", code: "Backspace" },
  { command: "outline.cancel", code: "Escape" },
  { command: "tool.fill", code: "KeyF" },
  { command: "fill.void", code: "KeyF", shift: true },
  { command: "tool.wand", code: "KeyW" },
  { command: "tool.superpixel", code: "KeyS" },
  { command: "tool.pick", code: "KeyI" },
  { command: "tool.pan", code: "Space" },
  { command: "accept.model", code: "KeyG" },
  { command: "region.assign", code: "KeyC" },
  { command: "second.take", code: "KeyT" },
  { command: "tool.lasso", code: "KeyG", shift: true },
  { command: "class.previous", code: "KeyX" },
  { command: "class.search", code: "Slash" },
  { command: "class.protect", code: "KeyL" },
  { command: "brush.smaller", code: "BracketLeft" },
  { command: "brush.larger", code: "BracketRight" },
  { command: "view.fit", code: "KeyR" },
  { command: "view.in", code: "Equal" },
  { command: "view.out", code: "Minus" },
  { command: "mask.hold", code: "KeyH" },
  { command: "mask.toggle", code: "KeyV" },
  { command: "layer.model", code: "KeyM" },
  { command: "layer.difference", code: "KeyM", shift: true },
  { command: "layer.uncertainty", code: "KeyU" },
  { command: "layer.second", code: "KeyU", shift: true },
  { command: "spot.next", code: "KeyN" },
  { command: "spot.previous", code: "KeyN", shift: true },
  { command: "cursor.left", code: "ArrowLeft" },
  { command: "cursor.right", code: "ArrowRight" },
  { command: "cursor.up", code: "ArrowUp" },
  { command: "cursor.down", code: "ArrowDown" },
  { command: "cursor.press", code: "Period" },
  { command: "cursor.pressShift", code: "Period", shift: true },
  { command: "undo", code: "KeyZ", ctrl: true },
  { command: "redo", code: "KeyZ", ctrl: true, shift: true },
  { command: "redo", code: "KeyY", ctrl: true },
  { command: "save", code: "KeyS", ctrl: true },
  { command: "submit", code: "Enter", ctrl: true },
  { command: "skip", code: "Enter", shift: true },
  { command: "item.next", code: "KeyD" },
  { command: "item.previous", code: "KeyA" },
  { command: "panels", code: "Backquote" },
  { command: "keys", code: "Slash", shift: true },
  ...Array.from({ length: 20 }, (_, index) => ({
    command: `class.${index}`,
    code: `Digit${(index + 1) % 10}`,
    shift: index >= 10,
  })),
];

/**
 * @param {KeyPress} press
 * @param {readonly Binding[]} [bindings]
 * @returns {string | null} the command
 */
export function commandOf(press, bindings = BINDINGS) {
  const ctrl = press.ctrlKey || press.metaKey;
  const found = bindings.find(
    (binding) =>
      binding.code === press.code &&
      (binding.ctrl ?? false) === ctrl &&
      (binding.shift ?? false) === press.shiftKey &&
      (binding.alt ?? false) === press.altKey,
  );
  return found?.command ?? null;
}

/** The keys of a command as a person reads them. @param {string} command @param {readonly Binding[]} [bindings] @returns {string} */
export function keysOf(command, bindings = BINDINGS) {
  return bindings
    .filter((binding) => binding.command === command)
    .map(nameKeys)
    .join(", ");
}

/** @param {Binding} binding @returns {string} */
function nameKeys({ code, ctrl, shift, alt }) {
  const names = [
    ctrl && "Ctrl",
    alt && "Alt",
    shift && "Shift",
    KEY_NAMES[code] ?? code.replace(/^Key|^Digit/, ""),
  ];
  return names.filter(Boolean).join("+");
}

/** @type {Record<string, string>} */
const KEY_NAMES = {
  BracketLeft: "[",
  BracketRight: "]",
  Slash: "/",
  Backquote: "`",
  Equal: "=",
  Minus: "-",
  Escape: "Esc",
  Period: ".",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
};
