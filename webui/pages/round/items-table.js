/** The images that a round asks for: their pictures, scores, states, and who has them. */

import { Card } from "../../components/card.js";
import { More, Table } from "../../components/table.js";
import { Thumbnail } from "../../components/thumbnail.js";
import { usePages } from "../../state/pages.js";
import * as texts from "../../texts.js";
import { h, html, useEffect } from "../../vendor/preact.js";

/**
 * @typedef {import("../../client/types.d.ts").Round} Round
 * @typedef {import("../../client/types.d.ts").Item} Item
 */

/** @param {{round: Round}} props */
export function ItemsTable({ round }) {
  const { items: title, itemsEmpty } = texts.rounds;
  /** @type {import("../../state/pages.js").Pages<Item>} */
  const items = usePages(`/rounds/${round.id}/items`);
  const counts = JSON.stringify(round.items);
  useEffect(() => {
    if (items.items !== null) void items.reload();
  }, [counts]);
  const rows = items.items ?? [];
  if (rows.length === 0)
    return h(Card, { title, children: html`<p class="hint">${items.why || itemsEmpty}</p>` });
  return html`<section aria-label=${title}>
    <h2 class="section-head">${title}</h2>
    ${h(Table, { label: title, rows, keyOf: (/** @type {Item} */ { id }) => id, columns: columns() })}
    ${h(More, { pages: /** @type {any} */ (items) })}
  </section>`;
}

/** @returns {import("../../components/table.js").Column<Item>[]} */
function columns() {
  const names = texts.rounds.itemColumns;
  return [
    {
      name: names.picture,
      isUnseen: true,
      cell: ({ image, state }) =>
        html`<a class="shows-mask" href=${`/images/${image.id}`} tabindex="-1">${h(Thumbnail, { image, hasMask: state === "submitted" })}</a>`,
    },
    {
      name: names.image,
      cell: ({ image, blank }) =>
        html`<a href=${`/images/${image.id}`}>${image.name}</a>${blank && html` <span class="figure">${texts.rounds.blankStart}</span>`}`,
    },
    { name: names.rank, isNumber: true, cell: ({ rank }) => rank },
    {
      name: names.score,
      isNumber: true,
      cell: ({ score }) => (score === null ? "–" : score.toFixed(4)),
    },
    {
      name: names.state,
      cell: ({ state, skip_reason: reason }) =>
        html`<span class=${`state state-${state}`}>${texts.itemStates[state] ?? state}</span>${reason && html` <span class="figure">${reason}</span>`}`,
    },
    { name: names.who, cell: ({ lease }) => holderOf(lease) },
  ];
}

/** @param {Item["lease"]} lease */
function holderOf(lease) {
  const user = lease?.user;
  if (!user) return "–";
  return typeof user === "string" ? user : (user.display_name ?? user.name);
}
