/** What a lead does to a budget: set an amount or a limit, move, say what a unit costs. */

import { Card } from "../../components/card.js";
import { Refusal, submitTo, ToldField, useAct } from "../../components/form.js";
import { whole } from "../../format.js";
import * as texts from "../../texts.js";
import { h, html, useState } from "../../vendor/preact.js";

/**
 * @typedef {import("../budget.js").Holder} Holder
 * @typedef {(method: string, name: string, json: unknown) => Promise<void>} Change
 */

/** The API's fields for a holder. @param {string} holder @returns {{round_id?: string, user_id?: string}} */
function named(holder) {
  const [kind, id] = holder.split(":");
  if (kind === "round") return { round_id: id };
  return kind === "person" ? { user_id: id } : {};
}

/** @param {Holder[]} holders @returns {Array<[string, string]>} */
const choicesOf = (holders) => holders.map(({ value, name }) => [value, name]);

/**
 * Sets what a holder may spend in all; below what is reserved only by force.
 *
 * @param {{holders: Holder[], pots: import("../budget.js").Pot[], change: Change}} props
 */
export function AmountForm({ holders, pots, change }) {
  const words = texts.budget;
  const [holder, setHolder] = useState("project");
  const [unit, setUnit] = useState("images");
  const [granted, setGranted] = useState("");
  const [isForced, setForced] = useState(false);
  const { run, why, fields, isBusy } = useAct(async () => {
    const amount = { unit, granted: Number(granted), force: isForced, ...named(holder) };
    await change("PUT", "pots", amount);
    // What was typed meanwhile, for the next one, stays.
    setGranted((now) => (now === granted ? "" : now));
    setForced(false);
  });
  const now = pots.find((pot) => pot.unit === unit && pot.holder === holder);
  return h(Card, {
    title: words.set,
    children: html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
      ${h(ToldField, { label: words.columns.holder, value: holder, onValue: setHolder, choices: choicesOf(holders) })}
      ${h(ToldField, { label: words.columns.unit, value: unit, onValue: setUnit, choices: Object.entries(words.units) })}
      ${h(ToldField, {
        label: words.amount,
        type: "number",
        min: "0",
        step: "1",
        required: true,
        value: granted,
        onValue: setGranted,
        why: fields.granted,
        help: now ? words.now(whole(now.granted), whole(now.spent), whole(now.reserved)) : words.noLimit,
      })}
      <label class="check">
        <input type="checkbox" checked=${isForced} onChange=${() => setForced(!isForced)} />
        <span>${words.force}</span>
      </label>
      ${h(Refusal, { why: fields.granted ? "" : why })}
      <div class="actions"><button type="submit" class="button primary" disabled=${isBusy}>${words.setNow}</button></div>
    </form>`,
  });
}

/** @param {{holders: Holder[], change: Change}} props */
export function MoveForm({ holders, change }) {
  const words = texts.budget;
  const [giver, setGiver] = useState("project");
  const [taker, setTaker] = useState("");
  const [unit, setUnit] = useState("images");
  const [amount, setAmount] = useState("");
  const { run, why, fields, isBusy } = useAct(async () => {
    const move = { unit, amount: Number(amount), giver: named(giver), taker: named(taker) };
    await change("POST", "transfers", move);
    setAmount((now) => (now === amount ? "" : now));
  });
  const others = [{ value: "", name: "–" }, ...holders.filter(({ value }) => value !== giver)];
  return h(Card, {
    title: words.move,
    children: html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
      ${h(ToldField, { label: words.from, value: giver, onValue: setGiver, choices: choicesOf(holders) })}
      ${h(ToldField, { label: words.to, value: taker, onValue: setTaker, choices: choicesOf(others), required: true })}
      ${h(ToldField, { label: words.columns.unit, value: unit, onValue: setUnit, choices: Object.entries(words.units) })}
      ${h(ToldField, { label: words.columns.amount, type: "number", min: "1", step: "1", required: true, value: amount, onValue: setAmount, why: fields.amount })}
      ${h(Refusal, { why: fields.amount ? "" : why })}
      <div class="actions"><button type="submit" class="button" disabled=${isBusy}>${words.moveNow}</button></div>
    </form>`,
  });
}

/** @param {{change: Change}} props */
export function RateForm({ change }) {
  const words = texts.budget;
  const [unit, setUnit] = useState("images");
  const [rate, setRate] = useState("");
  const [currency, setCurrency] = useState("EUR");
  const { run, why, fields, isBusy } = useAct(() =>
    change("PUT", "rate", { unit, rate: Number(rate), currency: currency.toUpperCase() }),
  );
  return h(Card, {
    title: words.rate,
    children: html`<form class="stack-form" onSubmit=${submitTo(() => void run())}>
      ${h(ToldField, { label: words.columns.unit, value: unit, onValue: setUnit, choices: Object.entries(words.units) })}
      ${h(ToldField, { label: words.cost, type: "number", min: "0", step: "any", required: true, value: rate, onValue: setRate, why: fields.rate })}
      ${h(ToldField, { label: words.currency, maxlength: "3", required: true, value: currency, onValue: setCurrency, why: fields.currency })}
      ${h(Refusal, { why: fields.rate || fields.currency ? "" : why })}
      <div class="actions"><button type="submit" class="button" disabled=${isBusy}>${words.rateNow}</button></div>
    </form>`,
  });
}
