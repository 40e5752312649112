/** What a new project still needs before its first round, each with the form that gives it. */

import { call } from "../../client/request.js";
import { Card } from "../../components/card.js";
import { Field, Refusal, submitTo, useAct, valueTo } from "../../components/form.js";
import { Icon } from "../../icons.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { parseClasses } from "./class-lines.js";

/** @typedef {import("../../state/project-live.js").ProjectLive} ProjectLive */

/** @param {{live: ProjectLive}} props */
export function SetUp({ live }) {
  const project = live.project.value;
  const words = texts.project;
  if (!project || project.role !== "lead" || live.rounds.value.length > 0) return null;
  const { source_labelled: source = 0, pool = 0, test = 0 } = project.counts ?? {};
  const classes = project.classes?.classes.length ?? 0;
  const imports = { live, isReady: classes > 0 };
  return h(Card, {
    title: words.setUp,
    aside: html`<span class="figure">${words.setUpHelp}</span>`,
    children: html`<ol class="steps">
      ${h(Step, { title: words.classes, help: words.classesHelp, done: classes ? words.classesSaved(classes) : "", children: h(ClassForm, { live }) })}
      ${h(Step, { title: words.source, help: words.sourceHelp, done: source ? words.imageCount(source) : "", children: h(ImportForm, { ...imports, domain: "source", split: "train", hasMasks: true }) })}
      ${h(Step, { title: words.target, help: words.targetHelp, done: pool ? words.imageCount(pool) : "", children: h(ImportForm, { ...imports, domain: "target", split: "pool", hasMasks: false }) })}
      ${h(Step, { title: words.test, help: words.testHelp, done: test ? words.imageCount(test) : "", children: h(ImportForm, { ...imports, domain: "target", split: "test", hasMasks: true }) })}
    </ol>`,
  });
}

/** @param {{title: string, help: string, done: string, children?: import("../../vendor/preact.js").Child}} props */
function Step({ title, help, done, children }) {
  return html`<li class=${done ? "is-done" : ""}>
    <header>${done && h(Icon, { name: "check" })}<h3>${title}</h3><span class="figure">${done}</span></header>
    ${!done && html`<p class="hint">${help}</p>${children}`}
  </li>`;
}

/** @param {{live: ProjectLive}} props */
function ClassForm({ live }) {
  const words = texts.project;
  const [lines, setLines] = useState("");
  const { run, why, isBusy } = useAct(async () => {
    await call("PUT", `/projects/${live.id}/classes`, { json: { classes: parseClasses(lines) } });
    await live.reload();
  });
  return html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
    <textarea required rows="5" aria-label=${words.classes} placeholder=${"road #804080\nbuilding\ncar"} value=${lines} onInput=${valueTo(setLines)}></textarea>
    <div class="actions"><button class="button small" type="submit" disabled=${isBusy}>${words.classesSave}</button></div>
    ${h(Refusal, { why })}
  </form>`;
}

/** @param {{live: ProjectLive, domain: string, split: string, hasMasks: boolean, isReady: boolean}} props */
function ImportForm({ live, domain, split, hasMasks, isReady }) {
  const words = texts.project;
  const [path, setPath] = useState("");
  const [masks, setMasks] = useState("");
  const { run, why, isBusy } = useAct(async () => {
    const wanted = { path, domain, split, ...(hasMasks ? { masks_path: masks } : {}) };
    await call("POST", `/projects/${live.id}/imports`, { json: wanted });
    await live.reload();
  });
  return html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
    ${h(Field, { label: words.importPath, children: html`<input required placeholder="/data/images" value=${path} onInput=${valueTo(setPath)} />` })}
    ${
      hasMasks &&
      h(Field, {
        label: words.masksPath,
        children: html`<input required placeholder="/data/labels" value=${masks} onInput=${valueTo(setMasks)} />`,
      })
    }
    <div class="actions"><button class="button small" type="submit" disabled=${isBusy || !isReady}>${words.importStart}</button></div>
    ${!isReady && html`<p class="hint">${words.classesFirst}</p>`} ${h(Refusal, { why })}
  </form>`;
}
