/** The budget: spent, in hands, left; and a way to grant more. */

import { Card } from "../../components/card.js";
import { Field, Refusal, submitTo, useAct, useOnce, valueTo } from "../../components/form.js";
import { Shares } from "../../components/progress.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/** @param {{live: import("../../state/project-live.js").ProjectLive}} props */
export function BudgetCard({ live }) {
  const project = live.project.value;
  const budget = project?.budget;
  const words = texts.project;
  if (!project) return null;
  const parts = [
    { name: words.spent, value: budget?.spent ?? 0, kind: "spent" },
    { name: words.reserved, value: budget?.reserved ?? 0, kind: "reserved" },
    { name: words.left, value: budget?.left ?? 0, kind: "left" },
  ];
  const body = html`${
    budget && budget.granted > 0
      ? h(Shares, { parts, label: words.budget })
      : html`<p class="hint">${words.grantEmpty}</p>`
  }
    ${project.role === "lead" && h(GrantForm, { live })}`;
  const aside =
    budget &&
    budget.granted > 0 &&
    html`<span class="figure">${words.granted(budget.granted)}</span>`;
  return h(Card, { title: words.budget, aside, children: body });
}

/** @param {{live: import("../../state/project-live.js").ProjectLive}} props */
function GrantForm({ live }) {
  const [images, setImages] = useState("10");
  const sendOnce = useOnce();
  const { run, why, isBusy } = useAct(async () => {
    await sendOnce("POST", `/projects/${live.id}/budget/grants`, { images: Number(images) });
    await live.reload();
  });
  const { grantLabel, grant } = texts.project;
  return html`<form class="row-form" onSubmit=${submitTo(() => void run())}>
    ${h(Field, {
      label: grantLabel,
      children: html`<input type="number" min="1" step="1" required value=${images} onInput=${valueTo(setImages)} />`,
    })}
    <button class="button" type="submit" disabled=${isBusy}>${grant}</button>
    ${h(Refusal, { why })}
  </form>`;
}
