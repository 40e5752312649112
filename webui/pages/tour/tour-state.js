/**
 * The tour: an ordinary editor on the practice image, and six things to do, one after the other.
 *
 * Each is seen to be done in the editor itself, so that whatever way leads there counts.
 *
 * @typedef {import("../../editor/editor.js").Editor} Editor
 * @typedef {"fly" | "choose" | "fix" | "undo" | "compare" | "submit"} Step
 */

import { Superpixels } from "../../editor/superpixels.js";
import { savePreferences } from "../../state/preferences.js";
import * as texts from "../../texts.js";
import { signal } from "../../vendor/preact.js";
import { Activity } from "../desk/activity.js";
import { newEditor } from "../desk/opening.js";
import { Switches } from "../desk/switches.js";
import { CLASS_COLOURS, drawScene, shareRight } from "./scene.js";

/** @type {readonly Step[]} */
export const STEPS = ["fly", "choose", "fix", "undo", "compare", "submit"];
const CAR = 4;
/** Pixels of the first mistake that are to become right. */
const FIXED_PIXELS = 1500;

/** @type {Record<Step, (tour: TourState, editor: Editor) => boolean>} */
const IS_DONE = {
  fly: (_tour, editor) => editor.lastSpot !== null,
  choose: (_tour, editor) => editor.label === CAR,
  fix: (tour, editor) => tour.fixedPixels(editor) >= FIXED_PIXELS,
  undo: (_tour, editor) => editor.correction.effort.undos > 0,
  compare: (_tour, editor) => editor.surface.shown !== "mine",
  submit: () => false,
};

export class TourState extends Switches {
  phase = signal("loading");
  changed = signal(0);
  moved = signal(0);
  step = signal(0);
  /** The share of pixels that are right, once the practice image is submitted. */
  right = signal(/** @type {number | null} */ (null));
  /** @type {import("../../vendor/preact.js").Signal<{editor: Editor, hasUnsaved: boolean, activity: Activity, saveDraft: () => Promise<void>,
   *   item: {class_list: import("../../client/types.d.ts").ClassList}} | null>} */
  work = signal(null);
  #scene = drawScene();
  #isClosed = false;

  /** @param {HTMLElement} stage */
  constructor(stage) {
    super();
    this.stage = stage;
    void this.#open();
  }

  /** @returns {Editor | null} */
  get editor() {
    return this.work.peek()?.editor ?? null;
  }

  async #open() {
    const { width, height, pixels, guess, heat, patches } = this.#scene;
    const picture = await createImageBitmap(new ImageData(pixels, width, height));
    if (this.#isClosed) return;
    const classes = texts.tour.classes.map((name, id) => ({ id, name, colour: CLASS_COLOURS[id] }));
    const editor = newEditor(this.stage, picture, guess, classes);
    editor.useLabel(0);
    editor.setHeat(heat);
    editor.setSuperpixels(new Superpixels(patches, picture));
    editor.onChange = (kind) => this.#announce(editor, kind);
    this.work.value = {
      editor,
      item: { class_list: { version: 1, classes } },
      hasUnsaved: false,
      activity: new Activity(),
      saveDraft: async () => {},
    };
    this.phase.value = "editing";
    this.stage.focus();
  }

  /** @param {Editor} editor @param {import("../../editor/editor.js").ChangeKind} kind */
  #announce(editor, kind) {
    if (kind === "moved") this.moved.value++;
    else this.changed.value++;
    const step = STEPS[this.step.peek()];
    if (step && IS_DONE[step](this, editor)) this.step.value++;
  }

  /** How many pixels of mistakes have become right. @param {Editor} editor */
  fixedPixels(editor) {
    const { truth, guess } = this.#scene;
    const { labels } = editor.correction.mask;
    let fixed = 0;
    for (let at = 0; at < labels.length; at++)
      fixed += Number(guess.labels[at] !== truth.labels[at] && labels[at] === truth.labels[at]);
    return fixed;
  }

  async submit() {
    const { editor } = this;
    if (!editor || this.right.peek() !== null) return;
    this.right.value = shareRight(editor.correction.mask, this.#scene.truth);
    // What was left out stays open: it can be seen what there would have been to try.
    if (STEPS[this.step.peek()] === "submit") this.step.value = STEPS.length;
    await markToured();
  }

  /** @param {number} label */
  nameOf(label) {
    return texts.tour.classes[label] ?? texts.desk.void;
  }

  close() {
    this.#isClosed = true;
    this.editor?.close();
    this.work.value = null;
  }
}

/** The person has seen the tour, or does not want to: it is not offered again. */
export function markToured() {
  return savePreferences({ toured: true }).catch(() => {});
}
