/**
 * Masks on the wire: `application/vnd.maskloop.labels`.
 *
 * zlib-deflated: u32 little-endian width and height, then runs of a class id (one byte) and a
 * length (LEB128), row by row; the lengths sum to exactly width x height.
 *
 * @typedef {import("./mask.js").Mask} Mask
 */

export const MEDIA_TYPE = "application/vnd.maskloop.labels";

/** 16,384 x 16,384: a broken header must not make the page ask for more memory than that. */
const MOST_PIXELS = 2 ** 28;

/** @param {Mask} mask @returns {Promise<Uint8Array<ArrayBuffer>>} */
export function encodeLabels(mask) {
  return pipe(encodeRuns(mask), new CompressionStream("deflate"));
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Mask>} */
export async function decodeLabels(bytes) {
  return decodeRuns(await inflate(bytes));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
export function inflate(bytes) {
  return pipe(bytes, new DecompressionStream("deflate"));
}

/** @param {Mask} mask @returns {Uint8Array<ArrayBuffer>} */
export function encodeRuns({ width, height, labels }) {
  // A run of one pixel takes two bytes; longer ones take less for each pixel.
  const bytes = new Uint8Array(8 + 2 * labels.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, width, true);
  header.setUint32(4, height, true);
  let to = 8;
  for (let start = 0; start < labels.length;) {
    const label = labels[start];
    let end = start + 1;
    while (end < labels.length && labels[end] === label) end++;
    bytes[to++] = label;
    let length = end - start;
    for (; length >= 128; length = Math.floor(length / 128)) bytes[to++] = (length % 128) | 128;
    bytes[to++] = length;
    start = end;
  }
  return bytes.slice(0, to);
}

/** @param {Uint8Array} bytes @returns {{width: number, height: number}} */
export function readHeader(bytes) {
  if (bytes.length < 8)
    throw new Error(`A mask has a header of 8 bytes; this one has ${bytes.length}.`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [header.getUint32(0, true), header.getUint32(4, true)];
  if (width * height > MOST_PIXELS)
    throw new Error(`A mask of ${width} x ${height} is larger than any picture here.`);
  return { width, height };
}

/** @param {Uint8Array} bytes @returns {Mask} */
export function decodeRuns(bytes) {
  const { width, height } = readHeader(bytes);
  const pixels = width * height;
  const labels = new Uint8Array(pixels);
  let from = 8;
  let filled = 0;
  while (from < bytes.length) {
    const label = bytes[from++];
    const run = readNumber(bytes, from);
    from = run.next;
    if (filled + run.number > pixels)
      throw new Error(`The runs are longer than ${width} x ${height} pixels.`);
    labels.fill(label, filled, filled + run.number);
    filled += run.number;
  }
  if (filled !== pixels) throw new Error(`The runs end at pixel ${filled} of ${pixels}.`);
  return { width, height, labels };
}

/** LEB128. @param {Uint8Array} bytes @param {number} from @returns {{number: number, next: number}} */
export function readNumber(bytes, from) {
  let number = 0;
  for (let place = 1, at = from; at < bytes.length && at < from + 5; place *= 128, at++) {
    number += (bytes[at] & 127) * place;
    if (bytes[at] < 128) return { number, next: at + 1 };
  }
  throw new Error("A run's length does not end.");
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function pipe(bytes, stream) {
  return new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer(),
  );
}
