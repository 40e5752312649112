/** Beside an image: its facts, what rounds thought of it, and who drew which revision. */

import { Card } from "../../components/card.js";
import { Facts } from "../../components/facts.js";
import { Refusal, useAct } from "../../components/form.js";
import { ConfirmSheet } from "../../components/sheet.js";
import { dayAndTime, percent, size } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("./image-state.js").ImageState} ImageState
 * @typedef {import("../../client/data.d.ts").Image} Image
 * @typedef {import("../../client/data.d.ts").Revision} Revision
 */

/** Which colour is which class. @param {{classes: import("../../client/types.d.ts").LabelClass[]}} props */
export function LegendCard({ classes }) {
  return h(Card, {
    title: texts.image.classes,
    children: html`<ul class="class-legend">
      ${classes.map(
        ({ id, name, colour }) => html`<li key=${id}>
          <span class="swatch" style=${{ backgroundColor: colour }}></span>
          <span class="bar-name" title=${name}>${name}</span>
        </li>`,
      )}
    </ul>`,
  });
}

/** @param {{image: Image}} props */
export function FactsCard({ image }) {
  const words = texts.image;
  const { id, split, domain, group, width, height, bytes, media_type: type } = image;
  const names = texts.images;
  /** @type {import("../../components/facts.js").FactList} */
  const facts = [
    [words.split, `${names.domains[domain]}, ${names.splits[split]}`],
    [words.group, group ?? words.noGroup],
    [words.size, `${width} × ${height}`],
    [words.file, `${type.replace("image/", "").toUpperCase()}, ${size(bytes)}`],
    [words.added, dayAndTime(image.created_at)],
  ];
  const aside = html`<a href=${`/api/v1/images/${id}/file`} target="_blank" rel="noreferrer">${words.original}</a>`;
  return h(Facts, { title: words.facts, aside, facts });
}

/** Why no job uses the image, and a way to have it used again. @param {{state: ImageState, canTakeBack: boolean}} props */
export function LeftOutCard({ state, canTakeBack }) {
  const words = texts.image;
  const back = useAct(() => state.takeBack());
  return h(Card, {
    title: words.leftOut,
    children: html`<p>${state.image.value?.left_out}</p>
      <p class="hint">${words.leftOutHelp}</p>
      ${canTakeBack && html`<button type="button" class="button small" disabled=${back.isBusy} onClick=${() => void back.run()}>${words.takeBack}</button>`}
      ${h(Refusal, { why: back.why })}`,
  });
}

/** @param {{state: ImageState}} props */
export function InRoundsCard({ state }) {
  const words = texts.image;
  const rounds = state.rounds.value;
  const body =
    rounds.length === 0
      ? html`<p class="hint">${words.noRounds}</p>`
      : html`<ul class="history-lines">
          ${rounds.map(
            ({ round_id: id, number, score, rank, reason, item_state: itemState }) => html`<li key=${id}>
              <span class="pair">
                <span>${texts.project.roundName(number)}</span>
                <span class="muted" title=${reason ?? undefined}>${rank === null ? words.notChosen : words.rank(rank)}</span>
              </span>
              <span class="figure" title=${texts.images.score}>${score === null ? "–" : texts.images.scored(score.toFixed(3))}</span>
              ${itemState && html`<span class=${`state state-${itemState}`}>${texts.itemStates[itemState] ?? itemState}</span>`}
            </li>`,
          )}
        </ul>`;
  return h(Card, { title: words.rounds, children: body });
}

/** @param {{state: ImageState, canRestore: boolean}} props */
export function RevisionsCard({ state, canRestore }) {
  const words = texts.image;
  const [asked, setAsked] = useState(/** @type {Revision | null} */ (null));
  const look = useAct((/** @type {Revision} */ revision) => state.look(revision));
  const revisions = state.revisions.value;
  if (revisions.length === 0)
    return h(Card, { title: words.revisions, children: html`<p class="hint">${words.noMask}</p>` });
  const body = html`<ul class="history-lines">
      ${revisions.map((revision, place) =>
        h(RevisionLine, {
          key: revision.id,
          revision,
          state,
          onLook: () => void look.run(revision),
          onRestore: canRestore && place > 0 ? () => setAsked(revision) : undefined,
        }),
      )}
    </ul>
    ${h(Refusal, { why: look.why })}
    ${
      asked &&
      h(ConfirmSheet, {
        title: words.restoreSure(asked.revision),
        help: words.restoreHelp,
        yes: words.restore,
        act: () => state.restore(asked),
        onClose: () => setAsked(null),
      })
    }`;
  return h(Card, { title: words.revisions, children: body });
}

/** @param {{revision: Revision, state: ImageState, onLook: () => void, onRestore?: () => void}} props */
function RevisionLine({ revision, state, onLook, onRestore }) {
  const words = texts.image;
  const { revision: number, origin, author, same_as: same, changed_pixels: changed } = revision;
  const isLooked = state.looked.value?.id === revision.id;
  const pixels = (state.image.value?.width ?? 1) * (state.image.value?.height ?? 1);
  const facts = [
    author ?? { import: words.imported, merged: words.merged, human: "–" }[origin],
    dayAndTime(revision.created_at),
    same !== null ? words.sameAs(same) : "",
    changed === null ? "" : words.changed(percent(changed / pixels)),
  ].filter(Boolean);
  return html`<li>
    <button type="button" class="look" aria-pressed=${String(isLooked)} onClick=${onLook}>${words.revision(number)}</button>
    ${onRestore ? html`<button type="button" class="link" onClick=${onRestore}>${words.restore}</button>` : html`<span class="figure">${words.now}</span>`}
    <span class="figure">${facts.join(", ")}</span>
  </li>`;
}
