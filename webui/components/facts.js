/** Names and values: what one row of the database is. */

import { h, html } from "../vendor/preact.js";
import { Card } from "./card.js";

/**
 * @typedef {import("../vendor/preact.js").Child} Child
 * @typedef {Array<[name: string, value: Child]>} FactList in the order in which they are read
 */

/** A card of them. @param {{title: string, facts: FactList, aside?: Child}} props */
export function Facts({ title, facts, aside }) {
  return h(Card, { title, aside, children: h(FactLines, { facts }) });
}

/** Inside of a card that says more. @param {{facts: FactList}} props */
export function FactLines({ facts }) {
  return html`<dl class="facts">
    ${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
  </dl>`;
}
