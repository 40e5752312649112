/**
 * Opening an editor as this person last had it: tool sizes, class, opacity; and work from before.
 *
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {import("../../client/types.d.ts").LabelClass} LabelClass
 * @typedef {import("../../client/types.d.ts").Item["regions"]} Regions boxes asked for
 */

import { Editor } from "../../editor/editor.js";
import { prefer, preference } from "../../state/session.js";
import { idleTime } from "./idle.js";

/** A strip or a tile is drawn in less, also on a slow machine. */
const LEAST_IDLE_MS = 8;

/**
 * @param {HTMLElement} stage @param {ImageBitmap} picture @param {Mask} model
 * @param {LabelClass[]} classes @param {Regions} [regions]
 */
export function newEditor(stage, picture, model, classes, regions) {
  const editor = unseenEditor(stage, picture, model, classes, regions);
  editor.appear();
  return editor;
}

/**
 * One that is not on the stage yet.
 *
 * @param {HTMLElement} stage @param {ImageBitmap} picture @param {Mask} model
 * @param {LabelClass[]} classes @param {Regions} [regions]
 */
function unseenEditor(stage, picture, model, classes, regions = []) {
  const editor = new Editor(stage, { picture, model, classes, ...lastInHand(classes) });
  lookAsLast(editor);
  const boxes = regions.map(([top, left, bottom, right]) => ({ left, top, right, bottom }));
  if (boxes.length > 0) editor.askForBoxes(boxes);
  return editor;
}

/** @param {readonly LabelClass[]} classes */
function lastInHand(classes) {
  return {
    label: classes.find(({ id }) => id === preference("label", -1))?.id ?? classes[0]?.id ?? 0,
    brushSize: preference("brush", 18),
    tolerance: preference("tolerance", 24),
    opacity: preference("opacity", 0.5),
  };
}

/** Every pixel is coloured again only where the person wants it other than it is. @param {Editor} editor */
function lookAsLast(editor) {
  const palette = preference("palette", /** @type {string} */ ("own")) === "safe" ? "safe" : "own";
  const isHatched = preference("hatched", /** @type {string} */ ("no")) === "yes";
  if (palette !== editor.palette) editor.usePalette(palette);
  if (isHatched !== editor.isHatched) editor.hatch(isHatched);
}

/**
 * Make a fetched item's editor and draw all of it unseen, in the time that frames leave: nothing
 * is left to do when it is wanted, and what is being drawn meanwhile does not falter.
 *
 * @param {HTMLElement} stage @param {import("./fetched.js").Fetched} fetched
 */
export async function prepareEditor(stage, { item, picture, model, heat }) {
  await idleTime();
  const editor = unseenEditor(stage, picture, model, item.class_list.classes, item.regions);
  void drawUnseen(editor, heat);
  return editor;
}

/** @param {Editor} editor @param {import("./fetched.js").Fetched["heat"]} heat */
async function drawUnseen(editor, heat) {
  let time = await idleTime();
  while (editor.surface.drawAhead()) if (time.timeRemaining() < LEAST_IDLE_MS) time = await idleTime();
  await addHeat(editor, heat);
}

/** The uncertainty, when it is there and there is time for it. @param {Editor} editor @param {import("./fetched.js").Fetched["heat"]} heat */
export async function addHeat(editor, heat) {
  const map = await heat;
  await idleTime();
  if (map && !editor.heat) editor.setHeat(map);
}

/** Put a prepared editor on the stage, with what the person has had in hand since. @param {Editor} editor */
export function show(editor) {
  editor.resume(lastInHand(editor.classes));
  lookAsLast(editor);
  editor.appear();
}

/** @param {Editor} editor */
export function keepLook(editor) {
  prefer("brush", editor.brushSize);
  prefer("tolerance", editor.tolerance);
  prefer("label", editor.label);
  prefer("opacity", editor.opacity ?? 0.5);
  prefer("palette", editor.palette);
  prefer("hatched", editor.isHatched ? "yes" : "no");
}

/**
 * Bring the newest work on an item back: kept in this browser, else saved as a draft, else
 * submitted and returned.
 *
 * @param {Editor} editor @param {import("./fetched.js").Fetched} fetched
 * @param {import("../../state/strokes.js").Kept | null} kept
 * @returns {boolean} whether anything is other than the model's mask
 */
export function restore(editor, { draft, mine }, kept) {
  const labels = kept?.labels ?? draft?.mask.labels ?? mine?.labels;
  if (!labels || labels.length !== editor.correction.mask.labels.length) return false;
  editor.edit((correction) => correction.replace(labels));
  if (kept) Object.assign(editor.correction.effort, kept.effort);
  return editor.correction.changed > 0;
}
