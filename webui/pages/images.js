/** A project's images: found, looked at with their masks, and put in groups. */

import { list } from "../client/request.js";
import { IconButton } from "../components/button.js";
import { Filters } from "../components/filters.js";
import { ProjectFrame } from "../components/project-frame.js";
import { Empty, Failed, Loading } from "../components/state.js";
import { More } from "../components/table.js";
import { whole } from "../format.js";
import { useFilters } from "../state/filters.js";
import { usePages } from "../state/pages.js";
import { isAtLeast, useProject } from "../state/project.js";
import * as texts from "../texts.js";
import { h, html, useEffect, useState } from "../vendor/preact.js";
import { ImageGrid } from "./images/image-grid.js";
import { SelectionBar } from "./images/selection-bar.js";

/**
 * @typedef {import("../client/data.d.ts").Image} Image
 * @typedef {import("../client/types.d.ts").Round} Round
 * @typedef {import("../components/filters.js").Filter} Filter
 */

const NAMES = /** @type {const} */ ([
  "name",
  "domain",
  "split",
  "group",
  "labelled",
  "state",
  "round_id",
  "sort",
]);
const PAGE = 60;
/** More groups than one wants to scroll through are typed. */
const MOST_CHOICES = 200;

/** @param {{projectId: string}} props */
export function ImagesPage({ projectId }) {
  const { project } = useProject(projectId);
  const filters = useFilters(NAMES);
  /** @type {import("../state/pages.js").Pages<Image>} */
  const pages = usePages(`/projects/${projectId}/images?limit=${PAGE}&${filters.search}`);
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [isMasked, setMasked] = useState(false);
  const words = texts.images;
  const fields = useFields(projectId);
  useEffect(() => setChosen(new Set()), [filters.search]);

  const isLead = isAtLeast(project, "lead");
  const counts = project?.counts;
  return h(ProjectFrame, {
    projectId,
    tab: "images",
    title: words.title,
    subtitle: html`<p class="muted">${counts ? words.counts(whole(counts.source), whole(counts.pool), whole(counts.validation), whole(counts.test)) : "\u00a0"}</p>`,
    aside: html`<div class="actions">${h(IconButton, {
      icon: isMasked ? "eye" : "eyeOff",
      label: words.showMasks,
      keys: "M",
      isPressed: isMasked,
      onClick: () => setMasked(!isMasked),
    })}
    ${isLead && html`<a class="button" href=${`/projects/${projectId}/data`}>${words.import}</a>`}</div>`,
    children: html`
      ${h(Filters, { fields, values: filters.values, onChange: filters.set })}
      ${h(Shown, { pages, filters, projectId, isLead, chosen, setChosen, isMasked, setMasked })}
      ${
        chosen.size > 0 &&
        h(SelectionBar, { projectId, chosen, setChosen, onDone: () => pages.reload() })
      }
    `,
  });
}

/** @param {string} projectId @returns {Filter[]} */
function useFields(projectId) {
  const [groups, setGroups] = useState(/** @type {string[]} */ ([]));
  const [rounds, setRounds] = useState(/** @type {Round[]} */ ([]));
  useEffect(() => {
    list(`/projects/${projectId}/groups?limit=${MOST_CHOICES}`).then(
      (found) => setGroups(found.map(({ name }) => name)),
      () => {},
    );
    list(`/projects/${projectId}/rounds?limit=200`).then(setRounds, () => {});
  }, [projectId]);
  const words = texts.images;
  const choicesOf = (/** @type {Record<string, string>} */ names) => Object.entries(names);
  return [
    { name: "name", label: words.name, placeholder: words.namePlaceholder },
    { name: "domain", label: words.domain, choices: choicesOf(words.domains) },
    { name: "split", label: words.split, choices: choicesOf(words.splits) },
    {
      name: "group",
      label: words.group,
      choices: groups.length < MOST_CHOICES ? groups.map((name) => [name, name]) : undefined,
    },
    { name: "labelled", label: words.mask, choices: choicesOf(words.labelled) },
    { name: "state", label: words.state, choices: choicesOf(texts.itemStates) },
    {
      name: "round_id",
      label: words.round,
      choices: rounds.map(({ id, number }) => [id, texts.project.roundName(number)]),
    },
    { name: "sort", label: texts.table.sortedBy, choices: choicesOf(words.orders), none: words.byName },
  ];
}

/**
 * @param {{
 *   pages: import("../state/pages.js").Pages<Image>,
 *   filters: import("../state/filters.js").Filters<(typeof NAMES)[number]>,
 *   projectId: string, isLead: boolean, chosen: ReadonlySet<string>,
 *   setChosen: (chosen: ReadonlySet<string>) => void, isMasked: boolean,
 *   setMasked: (isMasked: boolean) => void,
 * }} props
 */
function Shown({ pages, filters, projectId, isLead, ...grid }) {
  const { items, why } = pages;
  const words = texts.images;
  if (!items) return why ? h(Failed, { why, onRetry: () => void pages.reload() }) : h(Loading, {});
  if (items.length > 0)
    return html`${h(ImageGrid, { images: items, isLead, ...grid })} ${h(More, { pages: /** @type {any} */ (pages) })}`;
  if (filters.values.sort === "-score" && !filters.isNarrowed)
    return h(Empty, { title: words.noScores, help: words.noScoresHelp });
  if (filters.isNarrowed)
    return h(Empty, {
      title: texts.table.none,
      help: texts.table.noneHelp,
      children: html`<button type="button" class="button" onClick=${filters.clear}>${texts.table.clear}</button>`,
    });
  return h(Empty, {
    title: words.empty,
    help: words.emptyHelp,
    children: isLead && html`<a class="button primary" href=${`/projects/${projectId}/data`}>${words.import}</a>`,
  });
}
