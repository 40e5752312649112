/** A titled box of a page. */

import { html, useId } from "../vendor/preact.js";

/** @param {{title: string, aside?: import("../vendor/preact.js").Child, children?: import("../vendor/preact.js").Child}} props */
export function Card({ title, aside, children }) {
  const id = useId();
  return html`<section class="card" aria-labelledby=${id}>
    <header class="card-head"><h2 id=${id}>${title}</h2>${aside}</header>
    ${children}
  </section>`;
}
