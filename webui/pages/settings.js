/** Settings: of the project for its lead, and of the person for everybody. */

import { ProjectFrame } from "../components/project-frame.js";
import { Loading } from "../components/state.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { ClassesCard } from "./settings/classes-card.js";
import { DefaultsCard } from "./settings/defaults-card.js";
import { NameCard } from "./settings/name-card.js";
import { PasswordCard } from "./settings/password-card.js";
import { TokensCard } from "./settings/tokens-card.js";
import { WebhooksCard } from "./settings/webhooks-card.js";
import { YouCard } from "./settings/you-card.js";

/** @param {{projectId: string}} props */
export function SettingsPage({ projectId }) {
  const { project } = useProject(projectId);
  const isLead = isAtLeast(project, "lead");
  return h(ProjectFrame, {
    projectId,
    tab: "settings",
    title: texts.settings.title,
    children: !project
      ? h(Loading, {})
      : html`<div class=${isLead ? "columns settings-columns" : "column"}>
          ${isLead && html`<div class="column">${h(NameCard, { project })} ${h(ClassesCard, { project })} ${h(DefaultsCard, { project })}</div>`}
          <div class="column">${h(YouCard, {})} ${h(PasswordCard, {})} ${h(TokensCard, { project })} ${isLead && h(WebhooksCard, { projectId })}</div>
        </div>`,
  });
}
