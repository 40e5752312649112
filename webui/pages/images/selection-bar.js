/** What can be done to the chosen images, all at once. */

import { MOST_GROUPED, putInGroup } from "../../client/images.js";
import { Refusal, submitTo, useAct, valueTo } from "../../components/form.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @param {{projectId: string, chosen: ReadonlySet<string>,
 *          setChosen: (chosen: ReadonlySet<string>) => void, onDone: () => void}} props
 */
export function SelectionBar({ projectId, chosen, setChosen, onDone }) {
  const [name, setName] = useState("");
  const words = texts.images;
  const { run, why, isBusy } = useAct(async (/** @type {string | null} */ group) => {
    const ids = [...chosen];
    for (let from = 0; from < ids.length; from += MOST_GROUPED)
      await putInGroup(projectId, ids.slice(from, from + MOST_GROUPED), group);
    setChosen(new Set());
    onDone();
  });
  return html`<form class="selection-bar" onSubmit=${submitTo(() => void run(name.trim()))}>
    <strong role="status">${words.chosen(chosen.size)}</strong>
    <label><span class="unseen">${words.group}</span>
      <input value=${name} maxlength="255" placeholder=${words.groupName} onInput=${valueTo(setName)} />
    </label>
    <button class="button small" type="submit" disabled=${isBusy || !name.trim()}>${words.putInGroup}</button>
    <button class="button small" type="button" disabled=${isBusy} onClick=${() => void run(null)}>${words.outOfGroup}</button>
    <span class="grow"></span>
    <button class="button small quiet" type="button" onClick=${() => setChosen(new Set())}>${words.chooseNone}</button>
    ${h(Refusal, { why })}
  </form>`;
}
