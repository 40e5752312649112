/**
 * One project as it is now: loaded once, then kept fresh by server-sent events, or by asking.
 *
 * @typedef {import("../client/types.d.ts").Job} Job
 * @typedef {import("../client/types.d.ts").Round} Round
 */

import { get, list } from "../client/request.js";
import { listItems } from "../client/items.js";
import { signal } from "../vendor/preact.js";

/** While no events come, ask this often. */
const POLL_MS = 4000;
/** Leases change without an event; the queue is asked for at least this often. */
const REFRESH_MS = 15_000;
/** Several events of one change lead to one reload. */
const SETTLE_MS = 250;

export class ProjectLive {
  project = signal(/** @type {import("../client/types.d.ts").Project | null} */ (null));
  rounds = signal(/** @type {Round[]} */ ([]));
  jobs = signal(/** @type {Job[]} */ ([]));
  metrics = signal(/** @type {import("../client/types.d.ts").Metrics} */ ({ rounds: [], band: [], references: [] }));
  items = signal(/** @type {import("../client/types.d.ts").Item[]} */ ([]));
  isLive = signal(false);
  why = signal("");
  /** @type {EventSource | null} */ #events = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #settling;
  /** @type {ReturnType<typeof setInterval>[]} */ #timers = [];

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  open() {
    void this.reload();
    this.#listen();
    this.#timers = [
      setInterval(() => this.isLive.value || void this.reload(), POLL_MS),
      setInterval(() => this.isLive.value && void this.reload(), REFRESH_MS),
    ];
  }

  async reload() {
    const path = `/projects/${this.id}`;
    try {
      const [project, rounds, jobs, metrics] = await Promise.all([
        get(path),
        list(`${path}/rounds`),
        list(`${path}/jobs?limit=30`),
        get(`${path}/metrics`),
      ]);
      this.project.value = /** @type {import("../client/types.d.ts").Project} */ (project);
      this.rounds.value = /** @type {Round[]} */ (rounds).sort((a, b) => b.number - a.number);
      this.jobs.value = /** @type {Job[]} */ (jobs).sort((a, b) => b.id.localeCompare(a.id));
      this.metrics.value = /** @type {import("../client/types.d.ts").Metrics} */ (metrics);
      this.items.value = await this.#queue();
      this.why.value = "";
    } catch (error) {
      this.why.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** The round that is going on, or the last one. */
  get round() {
    return this.rounds.value[0] ?? null;
  }

  async #queue() {
    const { round } = this;
    if (!round || round.state !== "labelling") return [];
    return listItems(round.id).catch(() => []);
  }

  #listen() {
    const events = new EventSource(`/api/v1/projects/${this.id}/events`);
    this.#events = events;
    events.onopen = () => (this.isLive.value = true);
    events.onerror = () => (this.isLive.value = false);
    events.addEventListener("job", ({ data }) => this.#jobCame(JSON.parse(data)));
    events.addEventListener("round", () => this.#settle());
  }

  /** @param {Job} job */
  #jobCame(job) {
    const before = this.jobs.value.find(({ id }) => id === job.id);
    this.jobs.value = before
      ? this.jobs.value.map((one) => (one.id === job.id ? { ...one, ...job } : one))
      : [job, ...this.jobs.value];
    if (before?.state !== job.state) this.#settle();
  }

  #settle() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.reload(), SETTLE_MS);
  }

  close() {
    this.#events?.close();
    this.#timers.forEach(clearInterval);
    clearTimeout(this.#settling);
  }
}
