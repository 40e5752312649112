/** One project for its lead: what the labels bought, what runs now, who holds what. */

import { Header } from "../components/header.js";
import { Failed, Loading } from "../components/state.js";
import { ProjectLive } from "../state/project-live.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { BudgetCard } from "./project/budget-card.js";
import { ClassScoreCard, CurveCard, Headline } from "./project/evidence.js";
import { JobsCard } from "./project/jobs-card.js";
import { QueueCard } from "./project/queue-card.js";
import { RoundCard, RoundsCard } from "./project/round-card.js";
import { SetUp } from "./project/set-up.js";

/** @param {{projectId: string}} props */
export function ProjectPage({ projectId }) {
  const [live] = useState(() => new ProjectLive(projectId));
  useEffect(() => {
    live.open();
    return () => live.close();
  }, [live]);

  const project = live.project.value;
  useEffect(() => {
    if (project) document.title = texts.app.title(project.name);
  }, [project?.name]);

  if (!project) {
    const why = live.why.value;
    return html`${h(Header, { trail: [] })}
      <main class="page">${why ? h(Failed, { why, onRetry: () => void live.reload() }) : h(Loading, {})}</main>`;
  }
  const trail = [{ name: texts.app.projects, href: "/" }, { name: project.name }];
  return html`${h(Header, { trail, children: h(LiveMark, { live }) })}
    <main class="page">
      <div class="page-head">
        <div>
          <h1>${project.name}</h1>
          ${h(Headline, { live })}
        </div>
        <span class="grow"></span>
        ${
          live.project.value?.role !== "annotator" &&
          html`<a class="button" href=${`/projects/${projectId}/review`}>${texts.review.open}</a>`
        }
        ${
          live.round?.state === "labelling" &&
          html`<a class="button primary" href=${`/projects/${projectId}/desk`}>${texts.project.openDesk}</a>`
        }
      </div>
      <div class="columns">
        <div class="column">
          ${h(SetUp, { live })}
          ${live.round && [h(CurveCard, { live }), h(ClassScoreCard, { live }), h(QueueCard, { live })]}
        </div>
        <div class="column">
          ${h(RoundCard, { live })} ${h(BudgetCard, { live })} ${h(JobsCard, { live })} ${h(RoundsCard, { live })}
        </div>
      </div>
    </main>`;
}

/** @param {{live: ProjectLive}} props */
function LiveMark({ live }) {
  const isLive = live.isLive.value;
  return html`<span class=${`save-mark ${isLive ? "save-saved" : ""}`} role="status">
    <span class="dot" aria-hidden="true"></span>${live.why.value || (isLive ? texts.project.live : texts.project.polling)}
  </span>`;
}
