/** A round's report: what was asked, what it cost, what it bought. Read on a screen, or on paper. */

import { ProjectFrame } from "../components/project-frame.js";
import { Failed, Loading } from "../components/state.js";
import { useFetched } from "../state/fetched.js";
import * as texts from "../texts.js";
import { h, html, useState } from "../vendor/preact.js";
import { Asked, Cost } from "./report/asked.js";
import { Bought } from "./report/bought.js";
import { Fingerprint, Head } from "./report/head.js";
import { Confused, Worst } from "./report/pictures.js";

/** @typedef {import("../client/evidence.d.ts").Report} Report */

/** @param {{roundId: string}} props */
export function ReportPage({ roundId }) {
  const [tried, setTried] = useState(0);
  const { data, why } = useFetched(`/rounds/${roundId}/report`, tried);
  const report = /** @type {Report | null} */ (data);
  const words = texts.report;
  return h(ProjectFrame, {
    projectId: report?.round.project_id ?? null,
    tab: "rounds",
    title: report ? words.title(report.round.number) : "",
    isRow: true,
    aside:
      report &&
      html`<button type="button" class="button" onClick=${() => print()}>${words.print}</button>`,
    children: report
      ? h(Sheet, { report })
      : why
        ? h(Failed, { why, onRetry: () => setTried(tried + 1) })
        : h(Loading, {}),
  });
}

/** Always in the colours of paper, so that what is printed is what was seen. @param {{report: Report}} props */
function Sheet({ report }) {
  return html`<article class="report paper">
    ${h(Head, { report })} ${h(Asked, { report })} ${h(Cost, { report })} ${h(Bought, { report })}
    ${h(Worst, { report })} ${h(Confused, { report })} ${h(Fingerprint, { report })}
  </article>`;
}
