/** One round: where it stands, what it asks, its images and who has them, its jobs. */

import { get } from "../client/request.js";
import { Card } from "../components/card.js";
import { Facts } from "../components/facts.js";
import { JobLines } from "../components/job-lines.js";
import { ProjectFrame } from "../components/project-frame.js";
import { ENDED, RoundActs, RoundProgress, Timeline } from "../components/round-state.js";
import { Failed, Loading } from "../components/state.js";
import { dayAndTime, percent } from "../format.js";
import { useProjectEvents } from "../state/events.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { History } from "./round/history.js";
import { ItemsTable } from "./round/items-table.js";
import { ReplayCard } from "./round/replay-card.js";
import { spentOf, strategyName } from "./rounds.js";

/** @typedef {import("../client/types.d.ts").Round} Round */

/** @param {{roundId: string}} props */
export function RoundPage({ roundId }) {
  const [round, setRound] = useState(/** @type {Round | null} */ (null));
  const [why, setWhy] = useState("");
  const reload = () =>
    get(`/rounds/${roundId}`).then(
      (/** @type {Round} */ found) => (setRound(found), setWhy("")),
      (error) => setWhy(error.message),
    );
  useEffect(() => void reload(), [roundId]);
  const [seen, setSeen] = useState(0);
  useProjectEvents(round?.project_id ?? null, () => (setSeen((count) => count + 1), reload()));
  const { project } = useProject(round?.project_id ?? null);
  const words = texts.rounds;

  if (!round && why) return h(Failed, { why, onRetry: reload });
  const isActing = isAtLeast(project, "lead") && round && !ENDED.has(round.state);
  return h(ProjectFrame, {
    projectId: round?.project_id ?? null,
    tab: "rounds",
    isRow: true,
    title: round ? words.name(round.number) : "",
    aside: round && h(Ways, { round, isReviewer: isAtLeast(project, "reviewer") }),
    children: round
      ? html`<div class="columns">
          <div class="column">
            ${h(Card, {
              title: words.state,
              children: html`${h(Timeline, { round })} ${h(RoundProgress, { round, jobs: round.jobs ?? [] })}
                ${isActing && h(RoundActs, { round, reload })}`,
            })}
            ${h(ItemsTable, { round })} ${h(History, { round })}
          </div>
          <div class="column">
            ${h(RoundFacts, { round })}
            ${isAtLeast(project, "reviewer") && (round.items?.total ?? 0) > 0 && h(ReplayCard, { round, seen, isLead: isAtLeast(project, "lead") })}
            ${h(Card, {
              title: words.jobs,
              children: h(JobLines, { jobs: round.jobs ?? [], empty: words.jobsEmpty }),
            })}
          </div>
        </div>`
      : h(Loading, {}),
  });
}

/** What leads on from here. @param {{round: Round, isReviewer: boolean}} props */
function Ways({ round, isReviewer }) {
  const words = texts.rounds;
  const hasChosen = (round.items?.total ?? 0) > 0;
  return html`<div class="actions">
    ${isReviewer && round.state !== "draft" && html`<a class="button" href=${`/rounds/${round.id}/report`}>${texts.project.report}</a>`}
    ${hasChosen && html`<a class="button" href=${`/api/v1/rounds/${round.id}/manifest`} download=${`round-${round.number}-manifest.json`}>${words.manifest}</a>`}
    ${round.state === "labelling" && html`<a class="button primary" href=${`/projects/${round.project_id}/desk`}>${words.desk}</a>`}
  </div>`;
}

/** @param {{round: Round}} props */
function RoundFacts({ round }) {
  const words = texts.rounds;
  const { recipe = "", config = {} } = round;
  const own = Object.entries(config).filter(([name]) => name !== "recipe");
  /** @type {import("../components/facts.js").FactList} */
  const facts = [
    [words.number, round.k],
    [words.chosenBy, strategyName(round.strategy)],
    [words.recipe, words.recipes[recipe] ?? recipe],
    [words.seed, round.seed],
    [words.configuration, own.length > 0 ? own.map(told).join(", ") : words.asProject],
    [words.reason, round.reason || "–"],
    [words.created, dayAndTime(round.created_at)],
    [words.started, round.started_at ? dayAndTime(round.started_at) : "–"],
    [words.closed, round.closed_at ? dayAndTime(round.closed_at) : "–"],
    [words.columns.spent, spentOf(round)],
    [words.columns.miou, typeof round.miou === "number" ? percent(round.miou) : "–"],
  ];
  return h(Facts, { title: words.facts, facts });
}

/** @param {[string, unknown]} setting */
const told = ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`;
