/**
 * What each key's command does on the desk.
 *
 * @typedef {import("../../editor/editor.js").Editor} Editor
 * @typedef {import("../../client/types.d.ts").Item} Item
 *
 * What keys, tools and panels ask of a desk: the correction desk, the review desk, the tour.
 * @typedef {import("../../vendor/preact.js").Signal<boolean>} Switch
 * @typedef {import("../../vendor/preact.js").Signal<number>} Count
 * @typedef {{
 *   readonly editor: Editor | null, readonly stage: HTMLElement,
 *   readonly phase: import("../../vendor/preact.js").ReadonlySignal<string>,
 *   readonly work: import("../../vendor/preact.js").ReadonlySignal<{
 *     editor: Editor, item: Pick<Item, "class_list">, hasUnsaved: boolean,
 *     activity: import("./activity.js").Activity, saveDraft(): Promise<void>,
 *   } | null>,
 *   isBusy: Switch, panelsShown: Switch, keysShown: Switch, searching: Switch, skipping: Switch,
 *   isPanning: Switch, changed: Count, moved: Count,
 *   submit(): Promise<void>, swap?(): Promise<void>, nameOf(label: number): string,
 *   readonly notice?: import("./notice.js").Notice,
 * }} Desk
 */

import { nextSpot, previousSpot } from "../../editor/spots.js";
import { commandFor } from "../../state/keys.js";
import * as texts from "../../texts.js";

const ZOOM_STEP = 1.25;

/** Why the superpixel brush cannot be taken; null where it can. @param {Editor} editor @returns {string | null} */
export function whyNoSuperpixels({ superpixels }) {
  if (superpixels) return null;
  return superpixels === null ? texts.aids.noSuperpixels : texts.aids.superpixelsComing;
}

/** Why there is no second-best class; null where there is. @param {Editor} editor @returns {string | null} */
export function whyNoSecond({ second }) {
  if (second) return null;
  return second === null ? texts.aids.noSecond : texts.aids.secondComing;
}

/** @type {Record<string, (editor: Editor, desk: Desk) => void>} */
const ACTS = {
  "tool.brush": (editor) => editor.useTool("brush"),
  "tool.eraser": (editor) => editor.useTool("eraser"),
  "tool.restore": (editor) => editor.useTool("restore"),
  "tool.polygon": (editor) => editor.useTool("polygon"),
  "tool.polygonMinus": (editor) => editor.useTool("polygonMinus"),
  "tool.lasso": (editor) => editor.useTool("lasso"),
  "outline.close": (editor) => editor.tool.finish?.(editor),
  "outline.back": (editor) => editor.takeBackCorner(),
  "outline.cancel": (editor) => void editor.endOutline(),
  "tool.fill": (editor) => editor.useTool("fill"),
  "tool.wand": (editor) => editor.useTool("wand"),
  "tool.superpixel": (editor, desk) => {
    const why = whyNoSuperpixels(editor);
    if (why) desk.notice?.say(why);
    else editor.useTool("superpixel");
  },
  "tool.pick": (editor) => editor.useTool("pick"),
  "fill.void": (editor) => editor.edit((correction) => correction.fillVoid(editor.label)),
  "accept.model": (editor) => {
    const at = editor.pointer;
    if (at) editor.edit((correction) => correction.acceptModel(Math.floor(at.x), Math.floor(at.y)));
  },
  "region.assign": (editor) => {
    const at = editor.pointer;
    if (at)
      editor.edit((correction) =>
        correction.fillRegion(Math.floor(at.x), Math.floor(at.y), editor.label),
      );
  },
  "second.take": (editor, desk) => {
    const why = whyNoSecond(editor);
    if (why) desk.notice?.say(why);
    else if (editor.pointer) editor.takeSecond(editor.pointer);
  },
  "class.previous": (editor) => editor.usePreviousLabel(),
  "class.search": (_editor, desk) => {
    desk.panelsShown.value = true;
    desk.searching.value = true;
  },
  "class.protect": (editor, desk) => {
    const label = editor.pointer && editor.labelAt(editor.pointer);
    if (label === null) return;
    editor.correction.toggleProtected(label);
    desk.changed.value++;
  },
  "brush.smaller": (editor) => editor.stepBrushSize(-1),
  "brush.larger": (editor) => editor.stepBrushSize(1),
  "view.fit": (editor) => editor.view.fit(),
  "view.in": (editor) => editor.view.zoom(ZOOM_STEP),
  "view.out": (editor) => editor.view.zoom(1 / ZOOM_STEP),
  "mask.toggle": (editor) => editor.showMask(!editor.maskIsShown),
  "layer.model": (editor) => editor.show(editor.surface.shown === "model" ? "mine" : "model"),
  "layer.difference": (editor) =>
    editor.show(editor.surface.shown === "difference" ? "mine" : "difference"),
  "layer.uncertainty": (editor) => editor.showHeat(!editor.heatIsShown),
  "layer.second": (editor, desk) => {
    const why = whyNoSecond(editor);
    if (why) desk.notice?.say(why);
    else editor.showSecond(!editor.secondIsShown);
  },
  "spot.next": (editor) => editor.flyTo(nextSpot(editor.spots, editor.lastSpot)),
  "spot.previous": (editor) => editor.flyTo(previousSpot(editor.spots, editor.lastSpot)),
  "cursor.left": (editor) => editor.cursor.move(-1, 0, performance.now()),
  "cursor.right": (editor) => editor.cursor.move(1, 0, performance.now()),
  "cursor.up": (editor) => editor.cursor.move(0, -1, performance.now()),
  "cursor.down": (editor) => editor.cursor.move(0, 1, performance.now()),
  "cursor.press": (editor) => editor.cursor.press(),
  "cursor.pressShift": (editor) => editor.cursor.press({ shiftKey: true }),
  undo: (editor) => {
    if (editor.outline.length > 0) editor.takeBackCorner();
    else editor.edit((correction) => correction.undo());
  },
  redo: (editor) => editor.edit((correction) => correction.redo()),
  save: (_editor, desk) => void desk.work.peek()?.saveDraft(),
  submit: (_editor, desk) => void desk.submit(),
  "item.next": (_editor, desk) => void desk.swap?.(),
  "item.previous": (_editor, desk) => void desk.swap?.(),
  skip: (_editor, desk) => {
    desk.panelsShown.value = true;
    desk.skipping.value = true;
  },
};

/**
 * @param {Desk} desk
 * @param {string} command
 */
export function act(desk, command) {
  if (command === "panels") desk.panelsShown.value = !desk.panelsShown.value;
  if (command === "keys") desk.keysShown.value = !desk.keysShown.value;
  const { editor } = desk;
  if (!editor || desk.isBusy.value || desk.phase.value !== "editing") return;
  const digit = /^class\.(\d+)$/.exec(command);
  if (digit) {
    const chosen = editor.classes[Number(digit[1])];
    if (chosen) editor.useLabel(chosen.id);
    return;
  }
  ACTS[command]?.(editor, desk);
}

/**
 * Listen to the keyboard for as long as the desk is open.
 *
 * @param {Desk} desk
 * @returns {() => void} stops listening
 */
export function listenToKeys(desk) {
  const controller = new AbortController();
  const { signal } = controller;
  /** What each key that is down began. @type {Map<string, string>} */
  const held = new Map();

  addEventListener(
    "keydown",
    (event) => {
      if (isTyping(event) && event.isComposing) return;
      if (event.code === "Escape" && closeSheets(desk)) return;
      if (isTyping(event)) return;
      const command = commandFor(event);
      if (!command) return;
      event.preventDefault();
      desk.work.peek()?.activity.note(performance.now());
      if (HELD[command]) {
        held.set(event.code, command);
        HELD[command](desk, true);
      } else if (!event.repeat || REPEATED.has(command)) act(desk, command);
    },
    { signal },
  );
  addEventListener(
    "keyup",
    ({ code }) => {
      HELD[held.get(code) ?? ""]?.(desk, false);
      held.delete(code);
    },
    { signal },
  );
  addEventListener("blur", () => (desk.isPanning.value = false), { signal });
  addEventListener(
    "beforeunload",
    (event) => {
      if (desk.work.peek()?.hasUnsaved) event.preventDefault();
    },
    { signal },
  );
  return () => controller.abort();
}

/** Commands that last as long as their key is down. @type {Record<string, (desk: Desk, isDown: boolean) => void>} */
const HELD = {
  "tool.pan": (desk, isDown) => (desk.isPanning.value = isDown),
  "mask.hold": (desk, isDown) => desk.editor?.showMask(!isDown),
};

/** Commands that go on while their key is held. */
const REPEATED = new Set([
  "brush.smaller",
  "brush.larger",
  "cursor.left",
  "cursor.right",
  "cursor.up",
  "cursor.down",
  "outline.back",
  "undo",
  "redo",
  "view.in",
  "view.out",
]);

/** @param {Desk} desk @returns {boolean} whether one was open */
function closeSheets(desk) {
  const wasOpen = desk.keysShown.value || desk.searching.value || desk.skipping.value;
  desk.keysShown.value = false;
  desk.searching.value = false;
  desk.skipping.value = false;
  return wasOpen;
}

/** Whether the key belongs to what has the focus: a text, or a button that Space or Enter presses. @param {KeyboardEvent} event */
function isTyping(event) {
  const { target, code } = event;
  if (!(target instanceof Element)) return false;
  if (target.matches("textarea, select, input:not([type=range]):not([type=checkbox])")) return true;
  if (code.startsWith("Arrow") && target.matches("input")) return true;
  const presses = code === "Space" || (code === "Enter" && !event.ctrlKey && !event.shiftKey);
  return presses && target.matches("button, a[href], summary, input");
}
