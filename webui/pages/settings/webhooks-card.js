/** Webhooks: where the project's events are posted, what became of each, and sending one again. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { ConfirmSheet } from "../../components/sheet.js";
import { More } from "../../components/table.js";
import { dayAndTime } from "../../format.js";
import { usePages } from "../../state/pages.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { Secret } from "./secret.js";

/**
 * @typedef {import("../../client/data.d.ts").Webhook} Webhook
 * @typedef {import("../../client/data.d.ts").Delivery} Delivery
 */

/** @param {{projectId: string}} props */
export function WebhooksCard({ projectId }) {
  const words = texts.settings;
  const path = `/projects/${projectId}/webhooks`;
  /** @type {import("../../state/pages.js").Pages<Webhook>} */
  const pages = usePages(path);
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState("");
  const make = useAct(async () => {
    /** @type {{secret: string}} */
    const made = await call("POST", path, { json: { url } });
    setUrl("");
    setSecret(made.secret);
    await pages.reload();
  });
  return h(Card, {
    title: words.webhooks,
    children: html`
      <p class="hint">${words.webhooksHelp}</p>
      ${secret && h(Secret, { help: words.webhookOnce, secret, onClose: () => setSecret("") })}
      <form class="settings-form" onSubmit=${submitTo(() => void make.run())}>
        ${h(ToldField, { label: words.url, type: "url", required: true, maxlength: "2000", placeholder: "https://", value: url, onValue: setUrl, why: make.fields.url })}
        <div class="actions"><button type="submit" class="button" disabled=${make.isBusy || !url.trim()}>${words.makeWebhook}</button></div>
        ${h(Refusal, { why: make.fields.url ? "" : make.why })}
      </form>
      <ul class="history-lines">
        ${pages.items?.map((webhook) => h(WebhookLine, { key: webhook.id, webhook, onChanged: () => pages.reload() }))}
      </ul>
    `,
  });
}

/** @param {{webhook: Webhook, onChanged: () => Promise<void>}} props */
function WebhookLine({ webhook: { id, url, enabled }, onChanged }) {
  const words = texts.settings;
  const [isOpen, setOpen] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const turn = useAct(async () => {
    await call("PATCH", `/webhooks/${id}`, { json: { enabled: !enabled } });
    await onChanged();
  });
  return html`<li>
    <span class="wraps webhook-url">${url}</span>
    <label class="check"><input type="checkbox" checked=${enabled} disabled=${turn.isBusy} onChange=${() => void turn.run()} />${words.enabled}</label>
    <span class="pair export-acts">
      <button type="button" class="link" aria-expanded=${String(isOpen)} onClick=${() => setOpen(!isOpen)}>${words.deliveries}</button>
      <button type="button" class="link" onClick=${() => setAsked(true)}>${words.removeWebhook}</button>
    </span>
    ${isOpen && h(Deliveries, { id })} ${h(Refusal, { why: turn.why })}
    ${
      isAsked &&
      h(ConfirmSheet, {
        title: words.removeWebhookSure,
        help: url,
        yes: words.removeWebhook,
        act: async () => {
          await call("DELETE", `/webhooks/${id}`);
          await onChanged();
        },
        onClose: () => setAsked(false),
      })
    }
  </li>`;
}

/** @param {{id: string}} props */
function Deliveries({ id }) {
  const words = texts.settings;
  /** @type {import("../../state/pages.js").Pages<Delivery>} */
  const pages = usePages(`/webhooks/${id}/deliveries?limit=20`);
  const send = useAct(async (/** @type {string} */ path) => {
    await call("POST", `/webhooks/${id}/${path}`);
    await pages.reload();
  });
  return html`<div class="deliveries">
    <div class="actions">
      <button type="button" class="button small" disabled=${send.isBusy} onClick=${() => void send.run("ping")}>${words.ping}</button>
      <button type="button" class="button small quiet" onClick=${() => void pages.reload()}>${words.look}</button>
    </div>
    ${pages.items?.length === 0 && html`<p class="hint">${words.noDeliveries}</p>`}
    <ul class="history-lines">
      ${pages.items?.map(
        (one) => html`<li key=${one.id}>
          <span class="pair"><code>${one.event}</code><span class=${`state delivery-${one.state}`}>${words.deliveryStates[one.state] ?? one.state}</span></span>
          <button type="button" class="link" onClick=${() => void send.run(`deliveries/${one.id}/redeliver`)}>${words.redeliver}</button>
          <span class="figure wraps">${[dayAndTime(one.created_at), words.attempts(one.attempts), one.status, one.error].filter(Boolean).join(", ")}</span>
        </li>`,
      )}
    </ul>
    ${h(More, { pages: /** @type {any} */ (pages) })} ${h(Refusal, { why: send.why })}
  </div>`;
}
