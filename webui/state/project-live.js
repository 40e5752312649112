/**
 * One project as it is now: loaded once, then kept fresh by server-sent events, or by asking.
 *
 * @typedef {import("../client/types.d.ts").Job} Job
 * @typedef {import("../client/types.d.ts").Round} Round
 */

import { get, list } from "../client/request.js";
import { listItems } from "../client/items.js";
import { signal } from "../vendor/preact.js";
import { listen, settling } from "./events.js";
import { withJob } from "./jobs.js";

/** Leases change without an event; the queue is asked for at least this often. */
const REFRESH_MS = 15_000;

export class ProjectLive {
  project = signal(/** @type {import("../client/types.d.ts").Project | null} */ (null));
  rounds = signal(/** @type {Round[]} */ ([]));
  jobs = signal(/** @type {Job[]} */ ([]));
  metrics = signal(/** @type {import("../client/types.d.ts").Metrics} */ ({ split: "test", rounds: [], band: [], references: [] }));
  /** Which images the figures are of. */
  split = signal(/** @type {import("../client/types.d.ts").MeasuredSplit} */ ("test"));
  items = signal(/** @type {import("../client/types.d.ts").Item[]} */ ([]));
  isLive = signal(false);
  why = signal("");
  #settling = settling(() => this.reload());
  /** @type {(() => void)[]} */ #stops = [this.#settling.stop];

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  open() {
    void this.reload();
    const refreshing = setInterval(() => this.isLive.value && void this.reload(), REFRESH_MS);
    const deafen = listen(`/projects/${this.id}`, {
      on: { job: (job) => this.#jobCame(job), round: this.#settling.soon },
      ask: () => this.reload(),
      onLive: (isLive) => (this.isLive.value = isLive),
    });
    this.#stops.push(deafen, () => clearInterval(refreshing));
  }

  async reload() {
    const path = `/projects/${this.id}`;
    try {
      const [project, rounds, jobs, metrics] = await Promise.all([
        get(path),
        list(`${path}/rounds`),
        list(`${path}/jobs?limit=30`),
        get(`${path}/metrics?split=${this.split.value}`),
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

  /** Show the figures of other images. @param {import("../client/types.d.ts").MeasuredSplit} split */
  async show(split) {
    this.split.value = split;
    await this.reload();
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

  /** @param {Job} job */
  #jobCame(job) {
    const before = this.jobs.value.find(({ id }) => id === job.id);
    this.jobs.value = withJob(this.jobs.value, job);
    if (before?.state !== job.state) this.#settling.soon();
  }

  close() {
    this.#stops.forEach((stop) => stop());
  }
}
