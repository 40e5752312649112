import assert from "node:assert/strict";
import { test } from "node:test";

import { PLAIN, transferOf } from "../../../webui/editor/tone.js";

const shown = (tone, colour) => {
  const { amplitude, exponent, offset } = transferOf({ ...PLAIN, ...tone });
  return amplitude * colour ** exponent + offset;
};

test("plain is as it is; contrast turns about the middle grey, gamma lifts the dark", () => {
  assert.deepEqual(transferOf(PLAIN), { amplitude: 1, exponent: 1, offset: 0 });
  assert.equal(shown({ contrast: 2 }, 0.5), 0.5);
  assert.equal(shown({ contrast: 2 }, 0.6).toFixed(6), "0.700000");
  assert.equal(shown({ brightness: 1.5 }, 0.4).toFixed(6), "0.600000");
  assert.ok(shown({ gamma: 2 }, 0.1) > 0.3 && shown({ gamma: 2 }, 1) === 1);
});
