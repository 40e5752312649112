/** What has not arrived: submissions that wait, came too late, met another version, or were refused. */

import { Icon } from "../../icons.js";
import { outbox } from "../../state/sending.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/**
 * @typedef {import("./desk-state.js").DeskState} DeskState
 * @typedef {import("../../state/outbox.js").Entry} Entry
 */

/** How many submissions wait, beside the state of saving. */
export function OutboxMark() {
  const waiting = outbox.entries.value.filter(({ fate }) => fate === "waiting").length;
  if (waiting === 0) return null;
  const isAway = outbox.isAway.value;
  return html`<span class=${`save-mark ${isAway ? "save-offline" : "save-saving"}`} role="status">
    ${isAway ? h(Icon, { name: "warning" }) : html`<span class="dot" aria-hidden="true"></span>`}
    ${isAway ? texts.outbox.waiting(waiting) : texts.outbox.sending(waiting)}
  </span>`;
}

/** @param {{desk: DeskState}} props */
export function OutboxPanel({ desk }) {
  const held = outbox.entries.value.filter(({ fate }) => fate !== "waiting");
  const late = desk.late.value.filter(({ item_id }) => desk.work.value?.item.id !== item_id);
  if (held.length + late.length === 0) return null;
  const isBusy = desk.isBusy.value;
  return html`<section class="panel outbox-panel" aria-label=${texts.outbox.title}>
    <header class="panel-head"><h2>${texts.outbox.title}</h2></header>
    <ul>
      ${held.map((entry) => h(Held, { key: entry.key, desk, entry }))}
      ${late.map(
        ({ item_id: itemId, image }) => html`<li class="outbox-row" key=${itemId}>
          <p><strong>${image}</strong> ${texts.outbox.lateFree}</p>
          <div class="actions">
            <button type="button" class="button" disabled=${isBusy} onClick=${() => void desk.openItem(itemId)}>${texts.outbox.goOn}</button>
          </div>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{desk: DeskState, entry: Entry}} props */
function Held({ desk, entry }) {
  const { outbox: words } = texts;
  const drop = () => void outbox.drop(entry);
  return html`<li class="outbox-row">
    <p><strong>${entry.name}</strong> ${words.fates[entry.fate]}</p>
    ${entry.fate === "refused" && html`<p class="refusal">${entry.why}</p>`}
    <div class="actions">
      ${
        entry.fate === "stale" &&
        html`<button type="button" class="button" disabled=${desk.isBusy.value} onClick=${() => void desk.openMerge(entry)}>${words.compare}</button>`
      }
      ${
        entry.fate === "refused" &&
        html`<button type="button" class="button" onClick=${() => void outbox.retry(entry)}>${texts.app.retry}</button>`
      }
      <button type="button" class="button quiet" onClick=${drop}>${words.dismiss}</button>
    </div>
  </li>`;
}
