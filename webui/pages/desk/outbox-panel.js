/** What has not arrived: submissions that wait, came too late, met another version, or were refused. */

import { dayAndTime } from "../../format.js";
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
  const { leftovers } = desk;
  const onScreen = desk.work.value?.item.id;
  const late = leftovers.late.value.filter(({ item_id }) => onScreen !== item_id);
  const forgotten = leftovers.forgotten.value.filter(({ itemId }) => onScreen !== itemId);
  if (held.length + late.length + forgotten.length === 0) return null;
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
      ${forgotten.map((one) => h(ForgottenRow, { key: one.itemId, desk, one }))}
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

/** @param {{desk: DeskState, one: import("../../state/forgotten.js").Forgotten}} props */
function ForgottenRow({ desk, one: { itemId, name, keptAt, isFree } }) {
  const { outbox: words } = texts;
  return html`<li class="outbox-row">
    <p><strong>${name || words.unseen}</strong> ${words.forgotten(dayAndTime(new Date(keptAt).toISOString()))}</p>
    <div class="actions">
      ${isFree && html`<button type="button" class="button" disabled=${desk.isBusy.value} onClick=${() => void desk.openItem(itemId)}>${words.goOn}</button>`}
      <button type="button" class="button quiet" onClick=${() => void desk.leftovers.forget(itemId)}>${words.forget}</button>
    </div>
  </li>`;
}
