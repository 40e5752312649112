/**
 * Rebuild webui/vendor from the pinned packages and write its manifest of versions and hashes.
 *
 * Run by hand after a version changes: `cd webui/dev && npm install && npm run vendor`.
 */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const PACKAGES = ["preact", "htm", "@preact/signals", "@preact/signals-core", "uplot"];
const FILES = ["preact.js", "uplot.js", "uplot.css", "LICENCES"];
const target = new URL("../vendor/", import.meta.url);
/** @param {string} name */
const packaged = (name) => new URL(`node_modules/${name}`, import.meta.url);
/** @param {string} name */
const version = (name) =>
  JSON.parse(readFileSync(packaged(`${name}/package.json`), "utf8")).version;

for (const name of ["preact.js", "uplot.js"]) {
  await build({
    entryPoints: [new URL(`vendor/${name}`, import.meta.url).pathname],
    outfile: new URL(name, target).pathname,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
  });
}
copyFileSync(packaged("uplot/dist/uPlot.min.css"), new URL("uplot.css", target));

const rule = "=".repeat(64);
const licences = PACKAGES.map(
  (name) =>
    `\n${rule}\n${name} ${version(name)}\n${rule}\n${readFileSync(packaged(`${name}/LICENSE`), "utf8")}`,
);
writeFileSync(
  new URL("LICENCES", target),
  `Third-party code in this folder and its licences.\n${licences.join("")}`,
);

const manifest = {
  packages: Object.fromEntries(PACKAGES.map((name) => [name, version(name)])),
  sha256: Object.fromEntries(
    FILES.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(new URL(name, target)))
        .digest("hex"),
    ]),
  ),
};
writeFileSync(new URL("manifest.json", target), `${JSON.stringify(manifest, null, 2)}\n`);
