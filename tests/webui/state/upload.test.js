import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { guessesOf, mapOf } from "../../../webui/state/class-map.js";
import { parcelOf } from "../../../webui/state/dropped.js";
import { tarOf } from "../../../webui/state/tar.js";

test("a folder becomes a tar that others read, whatever its files are called", async () => {
  const names = ["images/a.png", `images/${"long".repeat(40)}.png`, "images/거리.png"];
  const tar = tarOf(names.map((path, at) => ({ path, file: new Blob(["x".repeat(511 + at)]) })));
  assert.equal(tar.size % 512, 0);
  const place = join(mkdtempSync(join(tmpdir(), "tar-")), "a.tar");
  writeFileSync(place, Buffer.from(await tar.arrayBuffer()));
  // `tar` writes what is not plain as octal escapes; sizes and short names say enough.
  const listed = execFileSync("tar", ["--quoting-style=literal", "-tvf", place], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  for (const [at, name] of names.entries())
    assert.match(listed, new RegExp(`\\s${511 + at}\\s.*${name}\\n`));
});

const file = (path, size = 1) => ({ path, file: new File(["x".repeat(size)], path.split("/").pop(), { lastModified: 7 }) });

test("an archive is sent as it is; files are packed, those that no import reads left out", () => {
  assert.deepEqual(
    (({ name, files }) => ({ name, files }))(parcelOf([file("set.tar.gz")])),
    { name: "set.tar.gz", files: 1 },
  );
  const packed = parcelOf([file("set/b.png"), file("set/a.png"), file("set/.DS_Store"), file("set/x.exe")]);
  assert.equal(packed.name, "set.tar");
  assert.equal(packed.files, 2);
  assert.equal(parcelOf([file("a.exe")]), null);
});

test("the same files in another order are known again, changed ones are not", () => {
  const [a, b] = [file("a.png"), file("b.png")];
  assert.equal(parcelOf([a, b]).print, parcelOf([b, a]).print);
  assert.notEqual(parcelOf([a, b]).print, parcelOf([a, file("b.png", 2)]).print);
});

const CLASSES = [
  { id: 3, name: "road", colour: "#804080" },
  { id: 5, name: "sky", colour: "#4682B4" },
];

test("a person's choices stand over the guesses, unseen labels keep their own meaning", () => {
  const labels = [
    { label: "3", name: null, pixels: 9, class_id: 3 },
    { label: "7", name: null, pixels: 1, class_id: null },
  ];
  const guesses = guessesOf(labels);
  assert.deepEqual(guesses, { 3: 3, 7: null });
  assert.deepEqual(mapOf("png", false, { ...guesses, 7: 255 }, CLASSES), { 3: 3, 5: 5, 7: 255 });
  assert.deepEqual(mapOf("coco", true, { Road: 3, cat: null }, CLASSES), { Road: 3 });
  assert.deepEqual(mapOf("colour", false, { "#000000": 255 }, CLASSES), {
    "#804080": 3,
    "#4682b4": 5,
    "#000000": 255,
  });
  assert.deepEqual(mapOf("yolo", false, { 3: 5 }, CLASSES), { 0: 3, 1: 5, 2: 255, 3: 5 });
});
