import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../../webui/client/request.js";
import { Ahead } from "../../../../webui/pages/desk/ahead.js";

const refused = (type, status) => new ApiError({ type, title: type, status, detail: type });
const passed = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A queue that notes what it was asked. */
function queueWith(answers = {}) {
  const asked = [];
  const note =
    (name, fallback) =>
    async (...given) => {
      asked.push(name);
      return answers[name] ? answers[name](...given) : fallback(...given);
    };
  return {
    asked,
    take: note("take", () => ({ id: "b" })),
    fetch: note("fetch", (item) => ({ item, picture: "picture of b" })),
    renew: note("renew", () => null),
    release: note("release", () => null),
  };
}

/** Wait for as many, however slow the machine. */
async function renewedTwice(queue) {
  for (let tries = 0; count(queue, "renew") < 2 && tries < 400; tries++) await passed(5);
}

const count = (queue, name) => queue.asked.filter((one) => one === name).length;

test("the next item is there when it is wanted, and is renewed until then", async () => {
  const queue = queueWith();
  const ahead = new Ahead("a", queue, 5);
  assert.equal(ahead.isReady, false);
  await renewedTwice(queue);
  assert.equal(ahead.isReady, true);
  assert.deepEqual(await ahead.use(), { item: { id: "b" }, picture: "picture of b" });
  assert.ok(count(queue, "renew") >= 2);
  const renewed = count(queue, "renew");
  await passed(30);
  assert.equal(count(queue, "renew"), renewed, "its work renews it from here on");
  assert.equal(await ahead.use(), null, "it is used once");
});

test("one wanted while it is still fetched is waited for", async () => {
  let arrive = () => {};
  const queue = queueWith({
    fetch: (item) => new Promise((resolve) => (arrive = () => resolve({ item }))),
  });
  const ahead = new Ahead("a", queue, 1000);
  const used = ahead.use();
  await passed(5);
  arrive();
  assert.deepEqual(await used, { item: { id: "b" } });
});

test("one whose lease has ended is not used, and is asked about no more", async () => {
  const queue = queueWith({
    renew: () => {
      throw refused("assignment_superseded", 409);
    },
  });
  const ahead = new Ahead("a", queue, 5);
  await passed(40);
  assert.equal(await ahead.use(), null);
  assert.equal(count(queue, "renew"), 1);
});

test("a lost connection does not lose it", async () => {
  const queue = queueWith({
    renew: () => {
      throw refused("unreachable", 0);
    },
  });
  const ahead = new Ahead("a", queue, 5);
  await renewedTwice(queue);
  assert.equal((await ahead.use()).item.id, "b");
  assert.ok(count(queue, "renew") >= 2);
});

test("nothing left, no budget, no connection, the item on screen again: the queue is asked later", async () => {
  const givers = [
    () => null,
    () => {
      throw refused("budget_exhausted", 409);
    },
    () => {
      throw refused("unreachable", 0);
    },
    () => ({ id: "a" }),
  ];
  for (const take of givers) {
    const queue = queueWith({ take });
    const ahead = new Ahead("a", queue, 5);
    await passed(15);
    assert.equal(await ahead.use(), null);
    assert.deepEqual(queue.asked, ["take"]);
  }
});

test("it is given back once by who goes, and never after it was used", async () => {
  const queue = queueWith();
  const ahead = new Ahead("a", queue, 1000);
  await ahead.giveBack();
  await ahead.giveBack();
  assert.equal(count(queue, "release"), 1);
  const other = queueWith();
  const used = new Ahead("a", other, 1000);
  await used.use();
  await used.giveBack();
  assert.equal(count(other, "release"), 0);
});
