/** The people of a project: roles and invitations, and how much, how fast and how well each labels. */

import { call, get } from "../client/request.js";
import { Refusal, useAct } from "../components/form.js";
import { FormSheet } from "../components/form-sheet.js";
import { LinkSheet } from "../components/link-sheet.js";
import { ProjectFrame } from "../components/project-frame.js";
import { ConfirmSheet } from "../components/sheet.js";
import { Empty } from "../components/state.js";
import { Rows } from "../components/table.js";
import { percent } from "../format.js";
import { usePages } from "../state/pages.js";
import { isAtLeast, useProject } from "../state/project.js";
import { user } from "../state/session.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { figureColumns } from "./people/figures.js";

/**
 * @typedef {import("../client/lead.d.ts").Member} Member
 * @typedef {import("../client/lead.d.ts").Person} Person
 * @typedef {{name: string, path: string | null}} Invited
 */

/** @param {{projectId: string}} props */
export function PeoplePage({ projectId }) {
  const words = texts.people;
  const { project } = useProject(projectId);
  /** @type {import("../state/pages.js").Pages<Member>} */
  const members = usePages(`/projects/${projectId}/members`);
  const { figures, threshold } = useFigures(projectId);
  const [open, setOpen] = useState("");
  const [invited, setInvited] = useState(/** @type {Invited | null} */ (null));
  const [removed, setRemoved] = useState(/** @type {Member | null} */ (null));
  const setRole = useAct(async (/** @type {Member} */ { user: { id } }, /** @type {string} */ role) => {
    await call("PUT", `/projects/${projectId}/members/${id}`, { json: { role } });
    await members.reload();
  });
  const isLead = isAtLeast(project, "lead");
  const columns = [
    ...memberColumns({ isLead, setRole: (member, role) => void setRole.run(member, role) }),
    ...figureColumns(
      ({ user: { id, name } }) =>
        figures.find((one) => (one.user_id ? one.user_id === id : one.name === name)),
      threshold,
    ),
    ...(isLead ? [removal(setRemoved)] : []),
  ];
  return h(ProjectFrame, {
    projectId,
    tab: "people",
    title: words.title,
    subtitle: threshold > 0 && html`<p class="hint">${words.threshold(percent(threshold, 0))}</p>`,
    aside: html`<div class="actions">
      ${user.value?.is_admin && html`<a class="button" href="/users">${texts.accounts.open}</a>`}
      ${isLead && html`<button type="button" class="button primary" onClick=${() => setOpen("invite")}>${words.invite}</button>`}
    </div>`,
    children: html`${h(Refusal, { why: setRole.why })}
    ${invited && !invited.path && html`<p class="hint" role="status">${words.added(invited.name)}</p>`}
    ${h(Rows, {
      pages: members,
      label: words.title,
      keyOf: (/** @type {Member} */ member) => member.user.id,
      columns,
      empty: h(Empty, { title: words.empty, help: words.emptyHelp }),
    })}
    ${open === "invite" && h(InviteSheet, { projectId, onClose: () => setOpen(""), onInvited: async (who) => (setInvited(who), await members.reload()) })}
    ${invited?.path && h(LinkSheet, { name: invited.name, path: invited.path, onClose: () => setInvited(null) })}
    ${
      removed &&
      h(ConfirmSheet, {
        title: words.removeSure(removed.user.display_name || removed.user.name),
        help: words.removeHelp,
        yes: words.remove,
        act: async () => {
          await call("DELETE", `/projects/${projectId}/members/${removed.user.id}`);
          await members.reload();
        },
        onClose: () => setRemoved(null),
      })
    }`,
  });
}

/** Everybody's to a lead, one's own to others. @param {string} projectId */
function useFigures(projectId) {
  const [found, setFound] = useState({
    figures: /** @type {Person[]} */ ([]),
    threshold: 0,
  });
  useEffect(() => {
    get(`/projects/${projectId}/statistics`).then(
      (/** @type {{people: Person[], hidden_threshold?: number}} */ answer) =>
        setFound({ figures: answer.people, threshold: answer.hidden_threshold ?? 0 }),
      () => {},
    );
  }, [projectId]);
  return found;
}

/**
 * @param {{isLead: boolean, setRole: (member: Member, role: string) => void}} does
 * @returns {import("../components/table.js").Column<Member>[]}
 */
function memberColumns({ isLead, setRole }) {
  const words = texts.people;
  const isAdmin = user.value?.is_admin ?? false;
  const mayChange = (/** @type {Member} */ { role }) => isLead && (isAdmin || role !== "lead");
  const roles = Object.entries(words.roles).filter(([role]) => isAdmin || role !== "lead");
  return [
    { name: words.columns.person, cell: ({ user: { display_name: shown, name } }) => shown || name },
    {
      name: words.columns.role,
      cell: (member) =>
        mayChange(member)
          ? html`<select aria-label=${words.roleOf(member.user.name)} value=${member.role} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) => setRole(member, currentTarget.value)}>
              ${roles.map(([role, name]) => html`<option value=${role} selected=${role === member.role}>${name}</option>`)}
            </select>`
          : words.roles[member.role],
    },
  ];
}

/** @param {(member: Member) => void} remove @returns {import("../components/table.js").Column<Member>} */
function removal(remove) {
  const words = texts.people;
  const mayRemove = (/** @type {Member} */ { role }) => user.value?.is_admin || role !== "lead";
  return {
    name: words.columns.acts,
    isUnseen: true,
    cell: (member) =>
      mayRemove(member) &&
      html`<button type="button" class="link" onClick=${() => remove(member)}>${words.remove}</button>`,
  };
}

/** @param {{projectId: string, onClose: () => void, onInvited: (who: Invited) => Promise<unknown>}} props */
function InviteSheet({ projectId, onClose, onInvited }) {
  const words = texts.people;
  const roles = Object.entries(words.roles).filter(([role]) => user.value?.is_admin || role !== "lead");
  return h(FormSheet, {
    title: words.inviteTitle,
    help: words.inviteHelp,
    yes: words.invite,
    blank: { name: "", display_name: "", role: "annotator" },
    onClose,
    act: async ({ name, display_name: shown, role }) => {
      /** @type {{link: import("../client/lead.d.ts").Link | null}} */
      const { link } = await call("POST", `/projects/${projectId}/members`, {
        json: { name, display_name: shown || null, role },
      });
      await onInvited({ name: shown || name, path: link?.url_path ?? null });
    },
    fields: ({ field }) => html`
      ${field("name", words.name, { required: true, maxlength: "64", help: words.nameHelp, autocomplete: "off" })}
      ${field("display_name", words.displayName, { maxlength: "200", autocomplete: "off" })}
      ${field("role", words.role, { choices: roles })}`,
  });
}
