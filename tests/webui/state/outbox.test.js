import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../webui/client/request.js";
import { Outbox } from "../../../webui/state/outbox.js";

const refused = (type, status, fields = []) =>
  new ApiError({ type, title: type, status, detail: type, fields });
const away = () => refused("unreachable", 0);
const sealed = (key, userId = "me") => ({ key, userId, itemId: `item ${key}` });
const passed = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An outbox whose service answers each try with the next of `answers`, then with success. */
function outboxWith(...answers) {
  const rows = new Map();
  const sent = [];
  const send = async (entry) => {
    sent.push(entry.key);
    const answer = answers.shift();
    if (answer) throw answer;
    return { item_id: entry.itemId };
  };
  const store = {
    all: async () => [...rows.values()],
    put: async (entry) => rows.set(entry.key, entry),
    drop: async (key) => rows.delete(key),
  };
  const outbox = new Outbox({ store, send, firstWaitMs: 5 });
  return { outbox, rows, sent, answers };
}

test("what is added is kept before it is sent, and forgotten when it has arrived", async () => {
  const { outbox, rows, sent } = outboxWith();
  const arrived = [];
  outbox.onSent = (entry) => arrived.push(entry.key);
  await outbox.keep(sealed("a"));
  assert.equal(await outbox.settled(), true);
  assert.deepEqual([sent, arrived, rows.size], [["a"], ["a"], 0]);
});

test("while the service is away it is tried again under the same key, in order", async () => {
  const broken = [{ name: "Content-Digest", message: "" }];
  for (const error of [
    away,
    () => refused("unavailable", 503),
    () => refused("storage_full", 507),
    () => refused("too_many", 429),
    () => refused("unauthenticated", 401),
    () => refused("invalid", 422, broken),
  ]) {
    const { outbox, rows, sent } = outboxWith(error(), error());
    await outbox.keep(sealed("a"));
    void outbox.flush();
    await outbox.keep(sealed("b"));
    assert.equal(await outbox.settled(), false);
    assert.equal(outbox.isAway.value, true);
    assert.equal(rows.size, 2);
    for (let tries = 0; rows.size > 0 && tries < 100; tries++) await passed(10);
    assert.deepEqual(sent.filter((key) => key === "b"), ["b"]);
    assert.equal(sent.at(-1), "b", "the first one first");
    assert.deepEqual([rows.size, outbox.isAway.value], [0, false]);
  }
});

test("what is refused for good stays, says why, and holds nothing up", async () => {
  const fates = [
    [refused("assignment_superseded", 409), "late"],
    [refused("stale_version", 412), "stale"],
    [refused("invalid", 422), "refused"],
  ];
  for (const [error, fate] of fates) {
    const { outbox, rows } = outboxWith(error);
    await outbox.keep(sealed("a"));
    await outbox.keep(sealed("b"));
    assert.equal(await outbox.settled(), true);
    assert.deepEqual([...rows.values()].map((one) => [one.key, one.fate, one.why]), [
      ["a", fate, error.message],
    ]);
    await outbox.retry(rows.get("a"));
    assert.equal(rows.size, 0);
  }
});

test("another page goes on with what this person left, and with nobody else's", async () => {
  const { outbox, rows, sent } = outboxWith();
  rows.set("a", { ...sealed("a"), fate: "waiting" });
  rows.set("b", { ...sealed("b", "somebody else"), fate: "waiting" });
  await outbox.open("me");
  await outbox.settled();
  assert.deepEqual([sent, [...rows.keys()]], [["a"], ["b"]]);
});
