/**
 * One image as it is looked at: its revisions, the model's mask, and which of them lies over it.
 *
 * The desk's editor shows it, without a tool in the hand: the same layers, the same way to look closer.
 *
 * @typedef {import("../../client/data.d.ts").Image} Image
 * @typedef {import("../../client/data.d.ts").InRound} InRound
 * @typedef {import("../../client/data.d.ts").Revision} Revision
 * @typedef {import("../../editor/mask.js").Mask} Mask
 * @typedef {import("../../editor/editor.js").Editor} Editor
 * @typedef {"mine" | "model" | "difference" | "none"} Shown
 */

import * as api from "../../client/images.js";
import { getPicture } from "../../client/items.js";
import { get } from "../../client/request.js";
import { cloneMask, VOID } from "../../editor/mask.js";
import { listenToPointer } from "../../editor/pointer.js";
import { signal } from "../../vendor/preact.js";
import { newEditor } from "../desk/opening.js";

export class ImageState {
  image = signal(/** @type {Image | null} */ (null));
  rounds = signal(/** @type {InRound[]} */ ([]));
  revisions = signal(/** @type {Revision[]} */ ([]));
  /** The revision that is looked at. */
  looked = signal(/** @type {Revision | null} */ (null));
  shown = signal(/** @type {Shown} */ ("none"));
  opacity = signal(0.5);
  /** The share of pixels where the mask and the model's differ, where there are both. */
  difference = signal(/** @type {number | null} */ (null));
  hasModel = signal(false);
  why = signal("");
  /** @type {Editor | null} */ #editor = null;
  /** @type {Mask | null} */ #model = null;
  /** @type {() => void} */ #stop = () => {};
  #isClosed = false;

  /** @param {string} id @param {HTMLElement} stage */
  constructor(id, stage) {
    this.id = id;
    this.stage = stage;
  }

  async load() {
    this.why.value = "";
    try {
      await this.#open();
    } catch (error) {
      this.why.value = error instanceof Error ? error.message : String(error);
    }
  }

  async #open() {
    const [image, rounds, revisions] = await Promise.all([
      api.getImage(this.id),
      api.listRounds(this.id),
      api.listRevisions(this.id),
    ]);
    this.image.value = image;
    this.rounds.value = rounds;
    this.revisions.value = revisions;
    const [project, picture, model, mask] = await Promise.all([
      get(`/projects/${image.project_id}`),
      getPicture(/** @type {any} */ ({ image })),
      api.getModelMask(this.id, rounds),
      revisions[0] ? api.readMask(`/masks/${revisions[0].id}`) : null,
    ]);
    if (this.#isClosed) return;
    this.#model = model;
    this.hasModel.value = model !== null;
    const classes = /** @type {import("../../client/types.d.ts").Project} */ (project).classes;
    this.#editor?.close();
    this.#editor = newEditor(this.stage, picture, emptyMask(picture), classes?.classes ?? []);
    this.opacity.value = this.#editor.opacity;
    this.#stop();
    this.#stop = listenToPointer(this.stage, () => this.#editor, {
      isPanning: () => true,
      onActivity: () => {},
    });
    this.#lay(mask, revisions[0] ?? null);
    this.show(mask ? "mine" : model ? "model" : "none");
  }

  /** @param {Mask | null} mask @param {Revision | null} revision */
  #lay(mask, revision) {
    const editor = this.#editor;
    if (!editor) return;
    this.looked.value = revision;
    const nothing = emptyMask(editor.correction.mask);
    editor.correction.mask.labels.set((mask ?? nothing).labels);
    editor.correction.model.labels.set((this.#model ?? nothing).labels);
    this.difference.value = mask && this.#model ? shareOfDifference(mask, this.#model) : null;
  }

  /** @param {Revision} revision to look at */
  async look(revision) {
    const mask = await api.readMask(`/masks/${revision.id}`);
    if (this.#isClosed) return;
    this.#lay(mask, revision);
    this.show(this.shown.peek() === "difference" ? "difference" : "mine");
  }

  /** @param {Shown} shown @returns {boolean} whether there is anything to show by it */
  has(shown) {
    if (shown === "none") return true;
    if (shown === "mine") return this.looked.value !== null;
    return this.hasModel.value && (shown === "model" || this.looked.value !== null);
  }

  /** @param {Shown} shown */
  show(shown) {
    if (!this.has(shown)) return;
    this.shown.value = shown;
    this.#editor?.showMask(shown !== "none");
    if (shown !== "none") this.#editor?.show(shown);
  }

  /** @param {number} opacity */
  fade(opacity) {
    this.opacity.value = opacity;
    this.#editor?.setOpacity(opacity);
  }

  fit() {
    this.#editor?.view.fit();
  }

  /** @param {Revision} revision to be the mask again */
  async restore(revision) {
    await api.restore(revision.id, this.revisions.peek()[0].revision);
    await this.load();
  }

  async takeBack() {
    this.image.value = await api.takeBack(this.id);
  }

  close() {
    this.#isClosed = true;
    this.#stop();
    this.#editor?.close();
  }
}

/** @param {{readonly width: number, readonly height: number}} size @returns {Mask} */
function emptyMask({ width, height }) {
  return cloneMask({ width, height, labels: new Uint8Array(width * height).fill(VOID) });
}

/** @param {Mask} mask @param {Mask} model @returns {number} of the pixels that the mask has a class for */
function shareOfDifference({ labels }, model) {
  let [counted, different] = [0, 0];
  labels.forEach((label, at) => {
    if (label === VOID) return;
    counted++;
    if (label !== model.labels[at]) different++;
  });
  return counted === 0 ? 0 : different / counted;
}
