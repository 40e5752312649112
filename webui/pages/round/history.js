/** Who did what to a round, and why: planned, started, paused, cancelled, and the steps between. */

import { Card } from "../../components/card.js";
import { More } from "../../components/table.js";
import { dayAndTime } from "../../format.js";
import { usePages } from "../../state/pages.js";
import * as texts from "../../texts.js";
import { h, html, useEffect, useRef } from "../../vendor/preact.js";

/** @typedef {import("../../client/lead.d.ts").RoundChange} RoundChange */

/** @param {{round: import("../../client/types.d.ts").Round}} props */
export function History({ round }) {
  const words = texts.rounds;
  /** @type {import("../../state/pages.js").Pages<RoundChange>} */
  const changes = usePages(`/rounds/${round.id}/history`);
  const shown = useRef(round.version);
  useEffect(() => {
    if (shown.current !== round.version) void changes.reload();
    shown.current = round.version;
  }, [round.version]);
  return h(Card, {
    title: words.history,
    children: html`<ol class="history" aria-label=${words.history}>
        ${(changes.items ?? []).map(
          ({ number, act, reason, actor, at }) => html`<li key=${number}>
            <time datetime=${at}>${dayAndTime(at)}</time>
            <span><strong>${words.acts[act] ?? act}</strong>${reason && html` <span class="muted">${reason}</span>`}</span>
            <span class="muted">${actor ?? words.byItself}</span>
          </li>`,
        )}
      </ol>
      ${h(More, { pages: /** @type {any} */ (changes) })}`,
  });
}
