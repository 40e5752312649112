import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync, deflateSync } from "node:zlib";

import { decodeLabels, decodeRuns, encodeLabels, encodeRuns } from "../../../webui/editor/codec.js";
import { createMask } from "../../../webui/editor/mask.js";
import { drawn, random } from "./drawing.js";

test("a small mask has the bytes that the form states", () => {
  assert.deepEqual(
    [...encodeRuns(drawn(["0001", "1..."]))],
    [4, 0, 0, 0, 2, 0, 0, 0, 0, 3, 1, 2, 255, 3],
  );
  assert.deepEqual([...encodeRuns(createMask(20, 15, 6))], [20, 0, 0, 0, 15, 0, 0, 0, 6, 0xac, 2]);
});

test("random masks of any size come back unchanged", async () => {
  const below = random(1);
  for (let round = 0; round < 40; round++) {
    const [width, height, classes] = [1 + below(90), 1 + below(90), 1 + below(256)];
    const labels = new Uint8Array(width * height);
    for (let at = 0; at < labels.length;) {
      const end = at + 1 + below(300);
      labels.fill(below(classes), at, end);
      at = end;
    }
    assert.deepEqual(await decodeLabels(await encodeLabels({ width, height, labels })), {
      width,
      height,
      labels,
    });
  }
});

test("it is zlib: other programs can read it, and theirs is read", async () => {
  const mask = createMask(300, 200, 4);
  assert.deepEqual(new Uint8Array(inflateSync(await encodeLabels(mask))), encodeRuns(mask));
  assert.deepEqual(await decodeLabels(new Uint8Array(deflateSync(encodeRuns(mask)))), mask);
});

test("runs that are too long, too short or unfinished are refused with the numbers", () => {
  const header = [2, 0, 0, 0, 2, 0, 0, 0];
  for (const [runs, message] of [
    [[1, 3], /end at pixel 3 of 4/],
    [[1, 5], /longer than 2 x 2/],
    [[1, 0x84], /does not end/],
    [[1, 0x84, 0x80, 0x80, 0x80, 0x80, 0x80, 0], /does not end/],
  ]) {
    assert.throws(() => decodeRuns(Uint8Array.from([...header, ...runs])), message);
  }
  assert.throws(() => decodeRuns(Uint8Array.of(1, 2)), /header of 8 bytes/);
  assert.throws(
    () => decodeRuns(Uint8Array.from([0, 0, 1, 0, 0, 0, 1, 0])),
    /larger than any picture/,
  );
});
