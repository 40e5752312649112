import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const webui = new URL("../../webui/", import.meta.url);
const vendor = new URL("vendor/", webui);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", vendor), "utf8"));

test("every vendored file has the hash that its manifest states, and none is beside it", () => {
  const files = readdirSync(vendor).filter((name) => name !== "manifest.json" && !name.endsWith(".d.ts"));
  assert.deepEqual(files.sort(), Object.keys(manifest.sha256).sort());
  for (const [name, stated] of Object.entries(manifest.sha256)) {
    const found = createHash("sha256").update(readFileSync(new URL(name, vendor))).digest("hex");
    assert.equal(found, stated, name);
  }
});

test("every vendored package stands with its version in LICENCES", () => {
  const licences = readFileSync(new URL("LICENCES", vendor), "utf8");
  for (const [name, version] of Object.entries(manifest.packages)) {
    assert.ok(licences.includes(`\n${name} ${version}\n`), name);
  }
});

test("the editor imports nothing but itself, and no page holds a script or a style of its own", () => {
  const files = readdirSync(new URL("editor/", webui), { recursive: true }).map(String);
  for (const name of files.filter((one) => one.endsWith(".js"))) {
    const text = readFileSync(new URL(`editor/${name}`, webui), "utf8");
    for (const [, from] of text.matchAll(/^(?:import|export) .*from "(.*)";$/gm)) {
      const reached = new URL(from, new URL(`editor/${name}`, webui));
      assert.ok(reached.href.startsWith(new URL("editor/", webui).href), `${name} imports ${from}`);
    }
  }
  const index = readFileSync(new URL("index.html", webui), "utf8");
  assert.doesNotMatch(index, /<style|style=|<script(?![^>]*\ssrc=)| on[a-z]+=/);
});
