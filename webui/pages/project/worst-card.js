/** The three images on which the newest model is worst, each with its mask. */

import { Card } from "../../components/card.js";
import { Picture } from "../../components/picture.js";
import { percent } from "../../format.js";
import { useFetched } from "../../state/fetched.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { versionOf } from "./measured.js";

/** @param {{live: import("../../state/project-live.js").ProjectLive}} props */
export function WorstCard({ live }) {
  const path = `/projects/${live.id}/measurement/worst`;
  const { data } = useFetched(path, versionOf(live.metrics.value));
  const found = /** @type {import("../../client/evidence.d.ts").Worst | null} */ (data);
  const words = texts.evidence;
  const images = found?.images ?? [];
  if (images.length === 0)
    return h(Card, { title: words.worst, children: html`<p class="hint">${words.worstEmpty}</p>` });
  const body = html`<ul class="worst">
    ${images.map(
      ({ image_id: id, name, agreement }) => html`<li>
        <a href=${`/images/${id}`}>
          <span class="worst-pair">
            ${h(Picture, { src: `/api/v1${path}/${id}/before`, alt: words.modelsMask(name) })}
            ${h(Picture, { src: `/api/v1${path}/${id}/difference`, alt: words.differs(name) })}
          </span>
          <span class="worst-line"><span class="bar-name">${name}</span><span class="number">${percent(agreement)}</span></span>
        </a>
      </li>`,
    )}
  </ul>`;
  const aside = html`<span class="figure">${words.worstAside(texts.evidence.splits[found?.split ?? "test"])}</span>`;
  return h(Card, { title: words.worst, aside, children: body });
}
