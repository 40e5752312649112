/**
 * A folder as one file to send: a plain tar whose contents the browser reads only as they are sent.
 *
 * Tar and not zip: it needs no checksum of the contents, so nothing is read twice, and the service
 * can look into it by seeking.
 *
 * @typedef {{path: string, file: Blob}} Entry
 */

const BLOCK = 512;
/** What fits into a header of the old kind. */
const MOST_NAME = 100;
const FILE = "0";
/** A header of the new kind (pax) before a file's own. */
const PAX = "x";

const utf8 = new TextEncoder();

/** @param {readonly Entry[]} entries @returns {Blob} the same bytes for the same entries */
export function tarOf(entries) {
  const pieces = entries.flatMap(({ path, file }) => [
    ...named(path),
    header(shortOf(path), file.size, FILE),
    file,
    padding(file.size),
  ]);
  return new Blob([...pieces, new Uint8Array(2 * BLOCK)], { type: "application/x-tar" });
}

/** What says the name of a file whose own header cannot. @param {string} path @returns {Uint8Array<ArrayBuffer>[]} */
function named(path) {
  const bytes = utf8.encode(path);
  if (bytes.length === path.length && bytes.length <= MOST_NAME) return [];
  const record = paxRecord("path", bytes);
  return [header("pax", record.length, PAX), record, padding(record.length)];
}

/** `LENGTH key=value\n`, where the length counts itself. @param {string} key @param {Uint8Array} value */
function paxRecord(key, value) {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  const record = new Uint8Array(length);
  record.set(utf8.encode(`${length} ${key}=`));
  record.set(value, length - value.length - 1);
  record[length - 1] = 10;
  return record;
}

/** @param {string} path */
function shortOf(path) {
  return path.replace(/[^\x20-\x7e]/g, "_").slice(-MOST_NAME);
}

/** @param {string} name @param {number} size @param {string} kind @returns {Uint8Array<ArrayBuffer>} */
function header(name, size, kind) {
  const block = new Uint8Array(BLOCK);
  const write = (/** @type {number} */ at, /** @type {string} */ text) => block.set(utf8.encode(text), at);
  const octal = (/** @type {number} */ value, /** @type {number} */ digits) => value.toString(8).padStart(digits, "0");
  write(0, name);
  write(100, `${octal(0o644, 7)}\0`);
  write(108, `${octal(0, 7)}\0${octal(0, 7)}\0`);
  write(124, `${octal(size, 11)}\0`);
  write(136, `${octal(0, 11)}\0`);
  write(148, "        ");
  write(156, kind);
  write(257, "ustar\x0000");
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(148, `${octal(sum, 6)}\0 `);
  return block;
}

/** @param {number} size */
function padding(size) {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}
