import assert from "node:assert/strict";
import { test } from "node:test";

import { listen, settling } from "../../../webui/state/events.js";

/** A stream of events as the browser gives it, moved by hand. */
class Stream extends EventTarget {
  static OPEN = 1;
  readyState = 0;
  isClosed = false;

  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    Stream.last = this;
  }

  /** @param {string} kind @param {unknown} thing */
  send(kind, thing) {
    this.dispatchEvent(Object.assign(new Event(kind), { data: JSON.stringify(thing) }));
  }

  close() {
    this.isClosed = true;
  }
}

test("a page hears each kind of event, asks only while none can come, and stops", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  globalThis.EventSource = Stream;
  const heard = [];
  let asked = 0;
  const stop = listen("/jobs/7", {
    on: { job: (job) => heard.push(job), round: () => heard.push("round") },
    ask: () => asked++,
    onLive: (isLive) => heard.push(isLive),
  });
  const stream = Stream.last;
  assert.equal(stream.url, "/api/v1/jobs/7/events");
  t.mock.timers.tick(4000);
  assert.equal(asked, 1);

  stream.readyState = Stream.OPEN;
  stream.onopen();
  stream.send("job", { id: "7", state: "running" });
  stream.send("people", {});
  t.mock.timers.tick(40_000);
  assert.deepEqual(heard, [true, { id: "7", state: "running" }]);
  assert.equal(asked, 1);

  stream.readyState = 0;
  stream.onerror();
  t.mock.timers.tick(4000);
  assert.equal(asked, 2);
  assert.equal(heard.at(-1), false);

  stop();
  t.mock.timers.tick(40_000);
  assert.equal(asked, 2);
  assert.ok(stream.isClosed);
});

test("several events of one change lead to one look", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let looks = 0;
  const { soon, stop } = settling(() => looks++);
  soon();
  t.mock.timers.tick(200);
  soon();
  t.mock.timers.tick(200);
  assert.equal(looks, 0);
  t.mock.timers.tick(50);
  assert.equal(looks, 1);
  soon();
  stop();
  t.mock.timers.tick(1000);
  assert.equal(looks, 1);
});
