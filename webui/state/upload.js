/**
 * One file on its way to the service: in pieces, paused and resumed, also after a reload.
 *
 * The service says how much has arrived. What was begun is remembered in this browser by the print of
 * the files; choosing the same files again goes on where it stopped.
 *
 * @typedef {import("./dropped.js").Parcel} Parcel
 * @typedef {{id: string, name: string, bytes: number, print: string}} Begun
 * @typedef {"sending" | "waiting" | "paused" | "done" | "failed"} UploadState
 */

import { digestOf } from "../client/digest.js";
import { ApiError, call, get, request } from "../client/request.js";
import { signal } from "../vendor/preact.js";

const PIECE = 4 * 2 ** 20;
const PIECE_TYPE = "application/offset+octet-stream";
/** The rate is that of the last seconds, not of the whole way. */
const RATE_MS = 8000;
const RETRY_MS = 3000;

export class Upload {
  state = signal(/** @type {UploadState} */ ("sending"));
  sent = signal(0);
  /** Bytes a second; 0 until known. */
  rate = signal(0);
  why = signal("");
  id = "";
  /** @type {Array<{at: number, sent: number}>} */ #marks = [];
  #stop = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;

  /** @param {string} projectId @param {Parcel} parcel */
  constructor(projectId, parcel) {
    this.projectId = projectId;
    this.parcel = parcel;
  }

  get bytes() {
    return this.parcel.blob.size;
  }

  /** Begin, or go on with what was begun with the same files. */
  async start() {
    this.state.value = "sending";
    this.why.value = "";
    this.#marks = [];
    this.#stop = new AbortController();
    try {
      await this.#find();
      await this.#send();
      this.state.value = "done";
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#fail(error);
    }
  }

  async #find() {
    const begun = begunIn(this.projectId);
    if (!this.id && begun?.print === this.parcel.print && begun.bytes === this.bytes) this.id = begun.id;
    if (this.id && (await this.#arrived())) return;
    const { name } = this.parcel;
    /** @type {{id: string}} */
    const made = await call("POST", `/projects/${this.projectId}/uploads`, { json: { name, bytes: this.bytes } });
    this.id = made.id;
    this.sent.value = 0;
    remember(this.projectId, { id: made.id, name, bytes: this.bytes, print: this.parcel.print });
  }

  /** @returns {Promise<boolean>} whether the service still knows it */
  async #arrived() {
    try {
      /** @type {{offset: number}} */
      const { offset } = await get(`/uploads/${this.id}`, this.#stop.signal);
      this.sent.value = offset;
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  async #send() {
    while (this.sent.peek() < this.bytes) {
      const from = this.sent.peek();
      const bytes = new Uint8Array(await this.parcel.blob.slice(from, from + PIECE).arrayBuffer());
      const headers = { "Upload-Offset": String(from), ...(await digestOf(bytes)) };
      const { signal: stop } = this.#stop;
      await request("PATCH", `/uploads/${this.id}`, { bytes, type: PIECE_TYPE, headers, signal: stop });
      this.#passed(from + bytes.length);
    }
  }

  /** @param {number} sent */
  #passed(sent) {
    const at = performance.now();
    this.sent.value = sent;
    this.#marks = [...this.#marks.filter((mark) => at - mark.at < RATE_MS), { at, sent }];
    const [first] = this.#marks;
    if (at > first.at) this.rate.value = ((sent - first.sent) / (at - first.at)) * 1000;
  }

  /** @param {unknown} error */
  #fail(error) {
    this.why.value = error instanceof Error ? error.message : String(error);
    this.rate.value = 0;
    const isAway = error instanceof ApiError && (error.isAway || error.status === 503);
    // Another piece of it is still arriving, as when a page was reloaded: wait for that one.
    const isBusy = error instanceof ApiError && error.status === 409;
    this.state.value = isAway || isBusy ? "waiting" : "failed";
    if (isAway || isBusy) this.#retry = setTimeout(() => void this.start(), RETRY_MS);
  }

  pause() {
    clearTimeout(this.#retry);
    this.#stop.abort();
    this.rate.value = 0;
    this.state.value = "paused";
  }

  /** Stop, and have the service forget what has arrived. */
  async forget() {
    this.pause();
    await forget(this.projectId, this.id);
  }
}

/** @param {string} projectId */
const keyOf = (projectId) => `maskloop.upload.${projectId}`;

/** @param {string} projectId @returns {Begun | null} */
export function begunIn(projectId) {
  const kept = localStorage.getItem(keyOf(projectId));
  return kept ? JSON.parse(kept) : null;
}

/** @param {string} projectId @param {Begun} begun */
function remember(projectId, begun) {
  localStorage.setItem(keyOf(projectId), JSON.stringify(begun));
}

/** @param {string} projectId @param {string} id */
export async function forget(projectId, id) {
  if (begunIn(projectId)?.id === id) localStorage.removeItem(keyOf(projectId));
  if (id) await call("DELETE", `/uploads/${id}`).catch(() => {});
}
