/** One project for its lead: what the labels bought, what runs now, who holds what. */

import { ProjectFrame } from "../components/project-frame.js";
import { Failed, Loading } from "../components/state.js";
import { isAtLeast } from "../state/project.js";
import { ProjectLive } from "../state/project-live.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { BudgetCard } from "./project/budget-card.js";
import { ClassScoreCard } from "./project/class-scores.js";
import { CurveCard } from "./project/curve-card.js";
import { ForecastCard } from "./project/forecast-card.js";
import { Headline } from "./project/headline.js";
import { JobsCard } from "./project/jobs-card.js";
import { MeasurementCards } from "./project/measurement-cards.js";
import { PaceCard } from "./project/pace-card.js";
import { QueueCard } from "./project/queue-card.js";
import { RoundCard, RoundsCard } from "./project/round-card.js";
import { SetUp } from "./project/set-up.js";
import { WorstCard } from "./project/worst-card.js";

/** @param {{projectId: string}} props */
export function ProjectPage({ projectId }) {
  const [live] = useState(() => new ProjectLive(projectId));
  useEffect(() => {
    live.open();
    return () => live.close();
  }, [live]);

  return h(ProjectFrame, {
    projectId,
    tab: "overview",
    title: live.project.value?.name ?? "",
    subtitle: h(Headline, { live }),
    mark: h(LiveMark, { live }),
    aside: h(Work, { live }),
    children: live.project.value ? h(Cards, { live }) : h(Waiting, { live }),
  });
}

/** @param {{live: ProjectLive}} props */
function Waiting({ live }) {
  const why = live.why.value;
  return why ? h(Failed, { why, onRetry: () => void live.reload() }) : h(Loading, {});
}

/** Where this person's work is done. @param {{live: ProjectLive}} props */
function Work({ live }) {
  const { project, round } = { project: live.project.value, round: live.round };
  return html`<div class="actions">
    ${
      isAtLeast(project, "reviewer") &&
      html`<a class="button" href=${`/projects/${live.id}/review`}>${texts.review.open}</a>`
    }
    ${
      round?.state === "labelling" &&
      html`<a class="button primary" href=${`/projects/${live.id}/desk`}>${texts.project.openDesk}</a>`
    }
  </div>`;
}

/** @param {{live: ProjectLive}} props */
function Cards({ live }) {
  const project = live.project.value;
  const isReviewer = isAtLeast(project, "reviewer");
  return html`<div class="columns">
    <div class="column">
      ${h(SetUp, { live })}
      ${
        live.round &&
        html`${h(CurveCard, { live })} ${h(ClassScoreCard, { live })} ${isReviewer && h(WorstCard, { live })}
        ${h(MeasurementCards, { live })} ${h(ForecastCard, { live })} ${h(QueueCard, { live })}`
      }
    </div>
    <div class="column">
      ${h(RoundCard, { live })} ${h(BudgetCard, { live })}
      ${live.round && isAtLeast(project, "lead") && h(PaceCard, { live })} ${h(JobsCard, { live })} ${h(RoundsCard, { live })}
    </div>
  </div>`;
}

/** @param {{live: ProjectLive}} props */
function LiveMark({ live }) {
  const isLive = live.isLive.value;
  return html`<span class=${`save-mark ${isLive ? "save-saved" : ""}`} role="status">
    <span class="dot" aria-hidden="true"></span>${live.why.value || (isLive ? texts.project.live : texts.project.polling)}
  </span>`;
}
