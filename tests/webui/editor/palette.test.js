import assert from "node:assert/strict";
import { test } from "node:test";

import { hatchesAt, hatchTable, inSafeColours } from "../../../webui/editor/palette.js";
import { hatchRect } from "../../../webui/editor/render.js";
import { drawn } from "./drawing.js";

const classes = Array.from({ length: 32 }, (_, id) => ({
  id: id * 3,
  name: `class ${id}`,
  colour: "#804080",
}));

/** What is left of a colour without cones of one kind (Viénot, Brettel, Mollon 1999, linear light). */
const BLIND = {
  protan: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deutan: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

const linear = (part) =>
  part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
const lightness = (part) => Math.max(0, part) ** (1 / 2.2);
const parts = (colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

test("the first eight colours stay apart for those who see no red or no green", () => {
  const safe = inSafeColours(classes).slice(0, 8).map(({ colour }) => parts(colour).map(linear));
  for (const matrix of Object.values(BLIND)) {
    const seen = safe.map((colour) =>
      matrix.map((row) => row.reduce((sum, share, at) => sum + share * colour[at], 0)),
    );
    seen.forEach((a, first) =>
      seen.slice(first + 1).forEach((b, rest) => {
        const apart = Math.hypot(...a.map((part, at) => lightness(part) - lightness(b[at])));
        assert.ok(apart > 0.1, `${first} and ${first + 1 + rest}: ${apart}`);
      }),
    );
  }
});

test("no two of 32 classes share a colour, and none is void's black", () => {
  const colours = inSafeColours(classes).map(({ colour }) => colour);
  assert.equal(new Set(colours).size, 32);
  assert.ok(colours.every((colour) => Math.max(...parts(colour)) > 40));
});

test("a hatch darkens its own class's lines, lies still over the picture, and keeps alpha", () => {
  const mask = drawn(["33333333", "33333300"]);
  const table = hatchTable(classes);
  const draw = (left) => {
    const pixels = new Uint32Array(16).fill(0xff806040);
    hatchRect(pixels, 8, mask, table, { left, top: 0, right: 8, bottom: 2 });
    return pixels;
  };
  const whole = draw(0);
  const dark = [...whole.subarray(0, 8)].map((pixel) => pixel === 0xff403020);
  assert.deepEqual(dark, [true, true, ...Array(6).fill(false)]);
  assert.deepEqual([...draw(5).subarray(8, 11)], [...whole.subarray(13, 16)]);
  assert.equal(whole[15], 0xff806040, "the first class has none");
});

test("the hatches differ from one another", () => {
  const drawnBy = (bit) =>
    Array.from({ length: 64 }, (_, at) => hatchesAt(at % 8, at >> 3) & (1 << bit)).join();
  assert.equal(new Set(Array.from({ length: 7 }, (_, bit) => drawnBy(bit))).size, 7);
});
