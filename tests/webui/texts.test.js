import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import * as en from "../../webui/texts/en.js";
import * as ko from "../../webui/texts/ko.js";
import * as zh from "../../webui/texts/zh.js";

const WEBUI = new URL("../../webui", import.meta.url).pathname;

/** Each text's path and kind: a word, a list of so many, a sentence of so many values. */
function shapeOf(value, path = "") {
  if (typeof value === "function") return [`${path}(${value.length})`];
  if (Array.isArray(value)) return [`${path}[${value.length}]`];
  if (typeof value === "string") return [path];
  return Object.keys(value)
    .sort()
    .flatMap((key) => shapeOf(value[key], path ? `${path}.${key}` : key));
}

/** The same in every language: names, addresses, figures. */
const SHARED = /^(.*\.miou$|app\.name|login\.command|strategies\.|project\.seed|review\.iou)/;

function words(value, path = "") {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, one]) => words(one, path ? `${path}.${key}` : key));
}

test("every catalogue has the same names, lists and values", () => {
  for (const other of [ko, zh]) assert.deepEqual(shapeOf(other), shapeOf(en));
});

test("no text is left empty or in English", () => {
  const english = new Map(words(en));
  for (const other of [ko, zh])
    for (const [path, text] of words(other)) {
      assert.ok(text.trim(), path);
      if (!SHARED.test(path)) assert.notEqual(text, english.get(path), path);
    }
});

function files(folder) {
  return readdirSync(join(WEBUI, folder), { recursive: true })
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(folder, name));
}

/** Words between tags, or in what a screen reader reads, that no catalogue has. */
export function looseWords(source) {
  const found = [];
  for (const [, template] of source.matchAll(/html`((?:[^`\\]|\\.)*)`/gs)) {
    const plain = template.replace(/\$\{[^{}]*\}/g, "");
    for (const [, text] of plain.matchAll(/>([^<>{}$`]*)</g))
      if (/\p{L}{2}/u.test(text)) found.push(text.trim());
    for (const [, text] of plain.matchAll(/(?:aria-label|title|placeholder)="([^"]*)"/g))
      if (/\p{L}{2}/u.test(text) && !text.startsWith("/")) found.push(text);
  }
  return found;
}

test("no text stands in code", () => {
  const loose = ["pages", "components"].flatMap(files).flatMap((name) =>
    looseWords(readFileSync(join(WEBUI, name), "utf8")).map((text) => `${name}: ${text}`),
  );
  assert.deepEqual(loose, []);
  assert.deepEqual(looseWords('html`<p title="Close">Go <b>on</b></p>`'), ["Go", "on", "Close"]);
});
