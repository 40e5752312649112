/**
 * What was dropped on a page or chosen in a file dialog, as one thing to send.
 *
 * @typedef {import("./tar.js").Entry} Entry
 * @typedef {{blob: Blob, name: string, files: number, print: string}} Parcel
 *     `print` tells whether the same files were chosen again
 */

import { tarOf } from "./tar.js";

const ARCHIVE = /\.(zip|tar|tgz|tar\.(gz|bz2|xz))$/i;
/** What an import reads; anything else is not sent. */
const READ = /\.(png|jpe?g|webp|tiff?|json|xml|txt)$/i;

/** @param {File} file */
const printOf = (file) => `${file.name}/${file.size}/${file.lastModified}`;

/** @param {DataTransfer} transfer @returns {Promise<Parcel | null>} null where there is nothing to read */
export async function parcelOfDrop(transfer) {
  // The list is emptied with the event: ask for all entries before the first wait.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = (await Promise.all(entries.map((entry) => filesOf(entry, "")))).flat();
  return parcelOf(found);
}

/** @param {FileList | null} files of a file dialog */
export function parcelOfFiles(files) {
  return parcelOf([...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** @param {FileSystemEntry} entry @param {string} above @returns {Promise<Array<{path: string, file: File}>>} */
async function filesOf(entry, above) {
  const path = above + entry.name;
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const found = [];
  for (;;) {
    // A browser gives a folder's entries a hundred at a time.
    const some = await new Promise((/** @type {(value: FileSystemEntry[]) => void} */ resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesOf(one, `${path}/`)));
  }
}

/** @param {Array<{path: string, file: File}>} found @returns {Parcel | null} */
export function parcelOf(found) {
  const [only] = found;
  if (found.length === 1 && ARCHIVE.test(only.path))
    return { blob: only.file, name: only.file.name, files: 1, print: printOf(only.file) };
  const read = found
    .filter(({ path }) => READ.test(path) && !path.split("/").some((part) => part.startsWith(".")))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (read.length === 0) return null;
  const top = read[0].path.split("/")[0];
  const isOneFolder = read.every(({ path }) => path.startsWith(`${top}/`));
  const entries = read.map(({ path, file }) => ({ path: isOneFolder ? path.slice(top.length + 1) : path, file }));
  return {
    blob: tarOf(entries),
    name: `${isOneFolder ? top : "files"}.tar`,
    files: read.length,
    print: `${read.length}:${hash(read.map(({ path, file }) => `${path}/${printOf(file)}`).join("\n"))}`,
  };
}

/** @param {string} text @returns {number} FNV-1a: enough to tell two choices of files apart */
function hash(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
