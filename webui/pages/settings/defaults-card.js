/** What every round of the project starts from; a field left empty is the recipe's own. */

import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";
import { changeProject } from "./change-project.js";

/** @typedef {import("../../client/types.d.ts").Project & {settings: Record<string, unknown>}} Project */

/** Names of their own, the same in every language. @type {Record<string, string>} */
const NETWORKS = {
  efficientnet_lite0: "EfficientNet-Lite0",
  mobilenet_v3_large: "MobileNetV3-Large",
  resnet50: "ResNet-50",
  resnet101: "ResNet-101",
  pvt_v2_b0: "PVTv2-B0",
  dinov2_small: "DINOv2-S",
};
const CHOICES = {
  recipe: ["stal", "supervised"],
  network: Object.keys(NETWORKS),
  source: ["keep", "drop"],
};
/** Numbers, with the least that the API takes and the step of the field. @type {Record<string, {min: string, step: string}>} */
const NUMBERS = {
  steps: { min: "1", step: "1" },
  batch_labelled: { min: "1", step: "1" },
  batch_unlabelled: { min: "0", step: "1" },
  max_side: { min: "64", step: "1" },
  lr: { min: "0", step: "any" },
  copy_paste: { min: "0", step: "any" },
  lease_seconds: { min: "60", step: "1" },
};

/** As a form has it: all texts; of a network with options its name. @param {Record<string, unknown>} settings */
function textsOf(settings) {
  const names = [...Object.keys(CHOICES), ...Object.keys(NUMBERS)];
  return Object.fromEntries(
    names.map((name) => {
      const value = settings[name];
      const plain = value && typeof value === "object" ? /** @type {{name: string}} */ (value).name : value;
      return [name, plain === undefined || plain === null ? "" : String(plain)];
    }),
  );
}

/** @param {{project: import("../../client/types.d.ts").Project}} props */
export function DefaultsCard({ project }) {
  const words = texts.settings;
  const kept = textsOf(/** @type {Project} */ (project).settings);
  const [values, setValues] = useState(kept);
  const changed = Object.keys(values).filter((name) => values[name] !== kept[name]);
  const { run, why, fields, isBusy } = useAct(() =>
    changeProject(project, {
      settings: Object.fromEntries(changed.map((name) => [name, valueOf(name, values[name])])),
    }),
  );
  const field = (/** @type {string} */ name, /** @type {Record<string, unknown>} */ more) =>
    h(ToldField, {
      key: name,
      label: words.settings[name],
      value: values[name],
      onValue: (value) => setValues({ ...values, [name]: value }),
      why: fields[`settings.${name}`],
      ...more,
    });
  return h(Card, {
    title: words.defaults,
    children: html`<form class="settings-form" onSubmit=${submitTo(() => void run())}>
      <p class="hint">${words.defaultsHelp}</p>
      <div class="field-grid">
        ${Object.entries(CHOICES).map(([name, choices]) =>
          field(name, {
            choices: [["", words.own], ...choices.map((one) => [one, words.choices[one] ?? NETWORKS[one] ?? one])],
          }),
        )}
        ${Object.entries(NUMBERS).map(([name, limits]) =>
          field(name, { type: "number", placeholder: words.own, help: words.settingHelp[name], ...limits }),
        )}
      </div>
      <div class="actions"><button type="submit" class="button" disabled=${isBusy || changed.length === 0}>${words.save}</button></div>
      ${h(Refusal, { why })}
    </form>`,
  });
}

/** @param {string} name @param {string} text */
function valueOf(name, text) {
  if (text === "") return null;
  return name in NUMBERS ? Number(text) : text;
}
