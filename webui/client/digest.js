/** What bytes were when they left, so that the service takes them whole or not at all (RFC 9530). */

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Record<string, string>>} */
export async function digestOf(bytes) {
  // Browsers hash on secure pages only.
  if (!globalThis.crypto?.subtle) return {};
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { "Content-Digest": `sha-256=:${btoa(String.fromCharCode(...digest))}:` };
}
