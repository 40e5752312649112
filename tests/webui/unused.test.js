/** Nothing is left over: each text is said, each class of a style sheet is worn, each export is taken. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import * as en from "../../webui/texts/en.js";

const ROOT = new URL("../..", import.meta.url).pathname;

/** @param {string} folder @param {string} ending @returns {Map<string, string>} what each file says */
function sources(folder, ending) {
  const names = readdirSync(join(ROOT, folder), { recursive: true }).map(String);
  return new Map(
    names
      .filter((name) => name.endsWith(ending) && !/(^|\/)vendor\//.test(name))
      .map((name) => [join(folder, name), readFileSync(join(ROOT, folder, name), "utf8")]),
  );
}

const MODULES = sources("webui", ".js");
const CODE = [...MODULES, ...sources("webui", ".html")]
  .filter(([name]) => !name.includes("/texts/"))
  .map(([, text]) => text)
  .join("\n");
const hasWord = (/** @type {string} */ word) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(CODE);

/** Whether all that is under a name is looked up while the page runs, as in `texts.jobKinds[kind]`. @param {string} path */
function isLookedUp(path) {
  const [name, ...above] = path.split(".").reverse();
  // A whole catalogue is often given a short name; what is deeper is then a table.
  const use = above.length > 0 ? `\\.${name}(?![\\w.(])` : `texts\\.${name}(\\[|\\))`;
  return new RegExp(use).test(CODE);
}

/** @param {object} texts @param {string} path @returns {string[]} */
function unsaid(texts, path) {
  if (isLookedUp(path)) return [];
  return Object.entries(texts).flatMap(([name, value]) => {
    if (!hasWord(name)) return [`${path}.${name}`];
    return typeof value === "object" && !Array.isArray(value) ? unsaid(value, `${path}.${name}`) : [];
  });
}

test("every text is said somewhere", () => {
  const found = Object.entries(en).flatMap(([name, texts]) => unsaid(texts, name));
  assert.deepEqual(found, []);
});

test("every class of a style sheet is worn", () => {
  const found = [];
  for (const [file, text] of sources("webui/style", ".css")) {
    const selectors = text.replace(/\/\*.*?\*\//gs, "").replace(/\{[^{}]*\}/g, "{}");
    for (const [, name] of selectors.matchAll(/\.(-?[a-z_][\w-]*)/gi)) {
      const stems = [...name.matchAll(/-/g)].map(({ index }) => name.slice(0, index + 1));
      if (!hasWord(name) && !stems.some((stem) => CODE.includes(`${stem}\${`))) found.push(`${file}: ${name}`);
    }
  }
  assert.deepEqual(found, []);
});

test("every export is taken by another module, or is the inside of one that its tests look at", () => {
  const takers = [...MODULES, ...sources("benchmarks", ".js"), ...sources("webui", ".html")];
  const tests = [...sources("tests/webui", ".js").values()].join("\n");
  const found = [];
  for (const [file, text] of MODULES)
    for (const [, name] of text.matchAll(/^export (?:async )?(?:function|const|class|let)\*? (\w+)/gm)) {
      const word = new RegExp(`\\b${name}\\b`, "g");
      const isTaken = takers.some(([other, said]) => other !== file && said.search(word) >= 0);
      const isInside = (text.match(word)?.length ?? 0) > 1 && tests.search(word) >= 0;
      if (!isTaken && !isInside && !file.includes("/texts/")) found.push(`${file}: ${name}`);
    }
  assert.deepEqual(found, []);
});
