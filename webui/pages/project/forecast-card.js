/** Every forecast so far beside what happened. */

import { Card } from "../../components/card.js";
import { percent } from "../../format.js";
import { useFetched } from "../../state/fetched.js";
import * as texts from "../../texts.js";
import { h, html } from "../../vendor/preact.js";
import { versionOf } from "./measured.js";

/** @typedef {import("../../client/evidence.d.ts").Forecast} Forecast */

/** @param {{live: import("../../state/project-live.js").ProjectLive}} props */
export function ForecastCard({ live }) {
  const version = versionOf(live.metrics.value);
  const { data } = useFetched(`/projects/${live.id}/advice/forecasts?limit=20`, version);
  const words = texts.evidence;
  const rows = /** @type {{items: Forecast[]} | null} */ (data)?.items ?? [];
  if (rows.length === 0)
    return h(Card, { title: words.forecasts, children: html`<p class="hint">${words.forecastsEmpty}</p>` });
  const answered = rows.filter(({ answer }) => answer);
  const held = answered.filter(({ answer }) => answer?.held).length;
  const body = html`<div class="scrolls"><table>
    <thead><tr>
      <th scope="col">${words.forecastColumns.made}</th>
      <th scope="col" class="number">${words.forecastColumns.forecast}</th>
      <th scope="col" class="number">${words.forecastColumns.happened}</th>
      <th scope="col">${words.forecastColumns.verdict}</th>
    </tr></thead>
    <tbody>${rows.map((row) => h(Row, { key: row.id, row }))}</tbody>
  </table></div>`;
  const aside = answered.length > 0 && html`<span class="figure">${words.held(held, answered.length)}</span>`;
  return h(Card, { title: words.forecasts, aside, children: body });
}

/** @param {{row: Forecast}} props */
function Row({ row: { labels, score, ahead, forecast, answer } }) {
  const words = texts.evidence;
  const span = answer?.forecast ?? forecast;
  return html`<tr>
    <td>${words.madeAt(labels, percent(score))}</td>
    <td class="number">${words.span(span)} <span class="muted">${words.atLabels(answer?.labels ?? labels + ahead)}</span></td>
    <td class="number">${answer ? percent(answer.score) : "–"}</td>
    <td>${
      answer
        ? html`<span class=${`state ${answer.held ? "state-submitted" : "state-failed"}`}>${answer.held ? words.inside : words.outside}</span>`
        : html`<span class="muted">${words.notYet}</span>`
    }</td>
  </tr>`;
}
