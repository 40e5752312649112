/** What stands in the place of the picture while there is none, and the ways on from there. */

import { Empty, Failed, Loading } from "../../components/state.js";
import { duration, percent } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";

/** @typedef {import("./desk-state.js").DeskState} DeskState */

/** @param {{desk: DeskState}} props */
export function PhaseNote({ desk }) {
  const { desk: words } = texts;
  const next = () => void desk.next();
  switch (desk.phase.value) {
    case "editing":
      return null;
    case "loading":
      return html`<div class="phase is-passing">${h(Loading, { label: words.loading })}</div>`;
    case "empty":
      return note(words.empty, words.emptyHelp, [h(Sitting, { desk }), ways(desk, words.takeNext, next)]);
    case "exhausted":
      return note(words.exhausted, words.exhaustedHelp, [h(Sitting, { desk }), ways(desk, words.takeNext, next)]);
    case "away":
      return note(words.away, words.awayHelp, ways(desk, texts.app.retry, next));
    case "elsewhere":
      return note(
        words.elsewhere,
        words.elsewhereHelp,
        ways(desk, words.workHere, () => void desk.next({ steal: true })),
      );
    case "lost":
      return h(Lost, { desk });
    case "failed":
      return html`<div class="phase">${h(Failed, { why: desk.why.value, onRetry: next })}</div>`;
  }
}

/** @param {{desk: DeskState}} props */
function Lost({ desk }) {
  const { desk: words } = texts;
  const holder = desk.lostBy.value?.holder;
  const itemId = desk.work.value?.item.id;
  const next = () => void desk.next();
  if (holder) return note(words.lostTo(holder), words.lostToHelp, ways(desk, words.takeNext, next));
  const again = html`<button
    type="button"
    class="button"
    onClick=${() => itemId && void desk.openItem(itemId)}
  >
    ${words.takeAgain}
  </button>`;
  return note(words.lost, words.lostHelp, [again, ways(desk, words.takeNext, next)]);
}

/** What this sitting has come to. @param {{desk: DeskState}} props */
function Sitting({ desk }) {
  const sitting = desk.summary.value;
  const { summary: words } = texts;
  if (sitting.isEmpty) return null;
  return html`<dl class="sitting" aria-label=${words.title}>
    <div><dt>${words.images}</dt><dd>${sitting.images}</dd></div>
    <div><dt>${words.skipped}</dt><dd>${sitting.skipped}</dd></div>
    <div><dt>${words.atWork}</dt><dd>${duration(sitting.activeSeconds)}</dd></div>
    <div><dt>${words.each}</dt><dd>${duration(sitting.secondsEach)}</dd></div>
    <div><dt>${words.changed}</dt><dd>${percent(sitting.changedShare)}</dd></div>
  </dl>`;
}

/** @param {string} title @param {string} help @param {import("../../vendor/preact.js").Child} children */
function note(title, help, children) {
  return html`<div class="phase">${h(Empty, { title, help, children })}</div>`;
}

/** @param {DeskState} desk @param {string} first @param {() => void} onFirst */
function ways(desk, first, onFirst) {
  return html`<div class="actions">
    <button type="button" class="button primary" onClick=${onFirst}>${first}</button>
    <a class="button" href=${`/projects/${desk.projectId}`}>${texts.desk.toProject}</a>
  </div>`;
}
