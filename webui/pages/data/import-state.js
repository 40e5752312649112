/**
 * An import as it is being put together: where the data is, what it is, what its labels mean.
 *
 * @typedef {import("../../client/data.d.ts").Preview} Preview
 * @typedef {import("../../state/class-map.js").Choices} Choices
 * @typedef {import("../../state/dropped.js").Parcel} Parcel
 * @typedef {{folders: Array<{path: string, images: number}>, documents: string[]}} Content
 * @typedef {{
 *   from: "here" | "server", path: string, recursive: boolean, place: keyof typeof PLACES,
 *   masksPath: string, format: string, layout: string, groupPattern: string,
 * }} Wanted
 */

import { ApiError, call, get } from "../../client/request.js";
import { guessesOf, mapOf } from "../../state/class-map.js";
import { Upload } from "../../state/upload.js";
import { signal } from "../../vendor/preact.js";

/** What images can be, and the domain and split that the API calls it. */
export const PLACES = {
  source: { domain: "source", split: "train" },
  pool: { domain: "target", split: "pool" },
  validation: { domain: "target", split: "validation" },
  test: { domain: "target", split: "test" },
};

const IMAGES = /(^|\/)(images?|imgs?|rgb|leftimg8bit|pictures?|jpegimages)(\/|$)/i;
const MASKS = /(^|\/)(masks?|labels?|gt\w*|annotations?|segm\w*|ground_?truth)(\/|$)/i;

export class ImportState {
  wanted = signal(
    /** @type {Wanted} */ ({
      from: "here",
      path: "",
      recursive: true,
      place: "source",
      masksPath: "",
      format: "png",
      layout: "",
      groupPattern: "",
    }),
  );
  upload = signal(/** @type {Upload | null} */ (null));
  /** What the upload holds; null before it has arrived, or where it cannot be looked into. */
  content = signal(/** @type {Content | null} */ (null));
  /** Why the upload cannot be looked into. */
  unseen = signal("");
  preview = signal(/** @type {Preview | null} */ (null));
  choices = signal(/** @type {Choices} */ ({}));

  /** @param {import("../../client/types.d.ts").Project} project @param {import("../../client/data.d.ts").Formats} formats */
  constructor(project, formats) {
    this.project = project;
    this.formats = formats;
  }

  /** What was found holds no longer once something is asked for differently. @param {Partial<Wanted>} part */
  want(part) {
    this.wanted.value = { ...this.wanted.peek(), ...part };
    this.preview.value = null;
  }

  get hasMasks() {
    const { place, layout } = this.wanted.value;
    return place !== "pool" && layout === "";
  }

  get isDocument() {
    return this.formats.documents.includes(this.wanted.value.format);
  }

  get classes() {
    return this.project.classes?.classes ?? [];
  }

  /** Whether the data is there and all is said that a look into it needs. */
  get isReady() {
    const { from, path, masksPath } = this.wanted.value;
    const isThere = from === "server" ? path.trim() !== "" : this.upload.value?.state.value === "done";
    return isThere && (!this.hasMasks || masksPath.trim() !== "");
  }

  get isMapped() {
    return Object.values(this.choices.value).every((id) => id !== null);
  }

  /** Colours are never guessed, and a published set's folders are known: the others may be looked into. */
  get canPreview() {
    return this.wanted.value.layout === "" && this.unseen.value === "";
  }

  /** @param {Parcel} parcel */
  async send(parcel) {
    this.upload.peek()?.pause();
    const upload = new Upload(this.project.id, parcel);
    this.upload.value = upload;
    this.content.value = null;
    this.unseen.value = "";
    this.preview.value = null;
    upload.state.subscribe((state) => {
      if (state === "done" && this.upload.peek() === upload) void this.#look(upload);
    });
    await upload.start();
  }

  /** @param {Upload} upload */
  async #look(upload) {
    try {
      /** @type {Content} */
      const content = await get(`/uploads/${upload.id}/content`);
      this.content.value = content;
      const folders = content.folders.map(({ path }) => path);
      const masks = folders.find((path) => MASKS.test(path) && !IMAGES.test(path));
      const images = folders.find((path) => IMAGES.test(path)) ?? folders.find((path) => path !== masks);
      this.want({ path: topOf(images, folders, masks), masksPath: topOf(masks, folders, images) || (content.documents[0] ?? "") });
    } catch (error) {
      this.unseen.value = error instanceof ApiError ? error.message : String(error);
      this.want({ path: "." });
    }
  }

  /** What the API is asked with, but for what only the import itself takes. */
  #source() {
    const { from, path, recursive, masksPath, format } = this.wanted.peek();
    return {
      ...(from === "here" ? { upload_id: this.upload.peek()?.id, path: path || "." } : { path: path.trim() }),
      recursive,
      ...(this.hasMasks ? { masks_path: masksPath.trim(), masks_format: format } : {}),
    };
  }

  async look() {
    /** @type {Preview} */
    const found = await call("POST", `/projects/${this.project.id}/imports/preview`, { json: this.#source() });
    this.preview.value = found;
    this.choices.value = guessesOf(found.labels);
  }

  /** @param {string} label @param {number | null} id */
  choose(label, id) {
    this.choices.value = { ...this.choices.peek(), [label]: id };
  }

  /** Every label without a class means none of them. @param {number} id */
  chooseRest(id) {
    const all = Object.entries(this.choices.peek());
    this.choices.value = Object.fromEntries(all.map(([label, chosen]) => [label, chosen ?? id]));
  }

  /** @returns {Promise<import("../../client/types.d.ts").Job>} */
  start() {
    const { place, format, layout, groupPattern } = this.wanted.peek();
    const hasMap = this.hasMasks && this.preview.peek() !== null;
    const json = {
      ...this.#source(),
      ...PLACES[place],
      ...(hasMap ? { map: mapOf(format, this.isDocument, this.choices.peek(), this.classes) } : {}),
      ...(layout ? { layout } : {}),
      ...(groupPattern ? { group_pattern: groupPattern } : {}),
    };
    return call("POST", `/projects/${this.project.id}/imports`, { json });
  }
}

/**
 * The highest folder that still holds none of the other kind: an import goes into the folders below.
 *
 * @param {string | undefined} path @param {string[]} folders @param {string | undefined} other
 */
function topOf(path, folders, other) {
  if (path === undefined) return "";
  const parts = path.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const top = parts.slice(0, depth).join("/");
    if (!other || !(other === top || other.startsWith(`${top}/`))) return top;
  }
  return folders.length === 1 ? "." : path;
}
