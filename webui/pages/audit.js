/** Who did what in the project, and whether the chain of acts is whole. */

import { get } from "../client/request.js";
import { Refusal, useAct } from "../components/form.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Empty } from "../components/state.js";
import { Rows } from "../components/table.js";
import { dayAndTime } from "../format.js";
import { usePages } from "../state/pages.js";
import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";

/**
 * @typedef {import("../client/lead.d.ts").Act} Act
 * @typedef {import("../client/lead.d.ts").ChainCheck} ChainCheck
 */

/** Where the subjects of acts are seen, by the first word of the act. @type {Record<string, string>} */
const PAGES = { round: "rounds", job: "jobs", model: "models", export: "jobs", import: "imports" };
/** Of an id, from its end: ids of one day begin alike. */
const SHOWN = 8;

/** @param {{projectId: string}} props */
export function AuditPage({ projectId }) {
  const words = texts.audit;
  /** @type {import("../state/pages.js").Pages<Act>} */
  const acts = usePages(`/projects/${projectId}/audit`);
  return h(ProjectFrame, {
    projectId,
    tab: "audit",
    title: words.title,
    aside: h(Check, { projectId }),
    children: h(Rows, {
      pages: acts,
      label: words.title,
      keyOf: (/** @type {Act} */ { id }) => id,
      columns: columns(),
      empty: h(Empty, { title: words.empty, help: words.emptyHelp }),
    }),
  });
}

/** @param {{projectId: string}} props */
function Check({ projectId }) {
  const words = texts.audit;
  const [found, setFound] = useState(/** @type {ChainCheck | null} */ (null));
  const { run, why, isBusy } = useAct(async () =>
    setFound(await get(`/projects/${projectId}/audit/check`)),
  );
  return html`<div class="actions">
    <span role="status">${found && h(Verdict, { found })}</span>
    <button type="button" class="button" disabled=${isBusy} onClick=${() => void run()}>${words.check}</button>
    ${h(Refusal, { why })}
  </div>`;
}

/** @param {{found: ChainCheck}} props */
function Verdict({ found: { entries, broken_at: at, reason } }) {
  const words = texts.audit;
  if (at === null)
    return html`<span class="state state-succeeded">${words.whole(entries)}</span>`;
  return html`<span class="state state-failed">${words.broken(at, reason ?? "")}</span>`;
}

/** @returns {import("../components/table.js").Column<Act>[]} */
function columns() {
  const { columns: names, bySelf } = texts.audit;
  return [
    { name: names.number, isNumber: true, cell: ({ number }) => number },
    { name: names.when, cell: ({ at }) => dayAndTime(at) },
    { name: names.who, cell: ({ actor }) => actor ?? bySelf },
    { name: names.act, cell: ({ act }) => html`<code>${act}</code>` },
    { name: names.subject, cell: subjectOf },
    { name: names.details, cell: ({ details }) => html`<span class="muted">${told(details)}</span>` },
  ];
}

/** What it was done to, by the page where that is seen. @param {Act} act */
function subjectOf({ act, subject }) {
  const page = PAGES[act.split(".")[0]];
  const name = html`<code>${subject.slice(-SHOWN)}</code>`;
  return page ? html`<a href=${`/${page}/${subject}`} title=${subject}>${name}</a>` : html`<span title=${subject}>${name}</span>`;
}

/** @param {Record<string, unknown>} details */
function told(details) {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== "" && value !== false)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}
