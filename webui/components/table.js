/**
 * Tables of the lead's pages: sorted by their heads, walked with the arrow keys, page by page.
 *
 *     const rows = usePages(`/projects/${projectId}/rounds?${filters.search}`);
 *     h(Rows, {
 *       pages: rows, label: texts.rounds.title, keyOf: ({ id }) => id,
 *       columns: [
 *         { name: words.name, cell: ({ id, name }) => html`<a href=${`/rounds/${id}`}>${name}</a>` },
 *         { name: words.score, cell: ({ score }) => score.toFixed(3), isNumber: true, sort: "-score" },
 *       ],
 *       sort: filters.values.sort, onSort: (order) => filters.set("sort", order),
 *       empty: h(Empty, { ... }),
 *     })
 *
 * Enter on a row follows its first link or presses its first button.
 */

import * as texts from "../texts.js";
import { h, html } from "../vendor/preact.js";
import { Failed, Loading } from "./state.js";

/** @typedef {import("../vendor/preact.js").Child} Child */

/**
 * @template T
 * @typedef {{name: string, cell: (row: T) => Child, isNumber?: boolean, isUnseen?: boolean, sort?: string}} Column
 *     `sort`: the order that a click on the head asks for first; `isUnseen`: the head is for screen readers
 */

/**
 * @template T
 * @param {{columns: Column<T>[], rows: T[], keyOf: (row: T) => string | number, label: string,
 *          sort?: string, onSort?: (order: string) => void}} props
 */
export function Table({ columns, rows, keyOf, label, sort, onSort }) {
  return html`<div class="card flush table-card"><table aria-label=${label}>
    <thead><tr>${columns.map((column) => h(Head, { column: /** @type {Column<any>} */ (column), sort, onSort }))}</tr></thead>
    <tbody onKeyDown=${walk}>
      ${rows.map(
        (row, place) => html`<tr key=${keyOf(row)} tabindex=${place === 0 ? 0 : -1}>
          ${columns.map(({ cell, isNumber }) => html`<td class=${isNumber ? "number" : undefined}>${cell(row)}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** @param {{column: Column<any>, sort?: string, onSort?: (order: string) => void}} props */
function Head({ column: { name, isNumber, isUnseen, sort: own }, sort, onSort }) {
  const kind = isNumber ? "number" : undefined;
  if (!own || !onSort)
    return html`<th scope="col" class=${kind}><span class=${isUnseen ? "unseen" : undefined}>${name}</span></th>`;
  const isSorted = sort === own || sort === reversed(own);
  const way = sort?.startsWith("-") ? "descending" : "ascending";
  return html`<th scope="col" class=${kind} aria-sort=${isSorted ? way : undefined}>
    <button type="button" class="sort" onClick=${() => onSort(sort === own ? reversed(own) : own)}>
      ${name}<span class="sort-mark" aria-hidden="true">${isSorted ? (way === "ascending" ? "↑" : "↓") : ""}</span>
    </button>
  </th>`;
}

/** @param {string} order */
const reversed = (order) => (order.startsWith("-") ? order.slice(1) : `-${order}`);

/** @type {Record<string, (place: number, last: number) => number>} */
const STEPS = {
  ArrowDown: (place, last) => Math.min(last, place + 1),
  ArrowUp: (place) => Math.max(0, place - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** @param {KeyboardEvent & {currentTarget: HTMLElement}} event */
function walk(event) {
  const { target, currentTarget, code } = event;
  // A field or a button inside of a row has its own keys.
  if (!(target instanceof HTMLTableRowElement)) return;
  const rows = [...currentTarget.children].filter((row) => row instanceof HTMLTableRowElement);
  const to = STEPS[code]?.(rows.indexOf(target), rows.length - 1);
  if (to !== undefined) rows[to].focus();
  else if (code === "Enter") target.querySelector(/** @type {"a"} */ ("a[href], button"))?.click();
  else return;
  event.preventDefault();
}

/**
 * A list with all its states: loading, failed, empty, nothing that matches, rows and the rest.
 *
 * @template T
 * @param {{pages: import("../state/pages.js").Pages<T>, columns: Column<T>[],
 *          keyOf: (row: T) => string | number, label: string, empty: Child,
 *          sort?: string, onSort?: (order: string) => void}} props
 */
export function Rows({ pages, empty, ...table }) {
  if (pages.items === null)
    return pages.why
      ? h(Failed, { why: pages.why, onRetry: () => void pages.reload() })
      : h(Loading, {});
  if (pages.items.length === 0) return html`<div class="card">${empty}</div>`;
  return html`${h(Table, /** @type {any} */ ({ ...table, rows: pages.items }))} ${h(More, { pages: /** @type {any} */ (pages) })}`;
}

/** The way to the rest of a list. @param {{pages: import("../state/pages.js").Pages<unknown>}} props */
export function More({ pages: { next, isLoading, more, why } }) {
  if (why) return html`<p class="refusal" role="alert">${why}</p>`;
  if (!next) return null;
  return html`<div class="more">
    <button type="button" class="button" disabled=${isLoading} onClick=${more}>
      ${isLoading ? texts.table.loading : texts.table.more}
    </button>
  </div>`;
}
