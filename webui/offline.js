/**
 * The service worker: opens the pages while the service is away.
 *
 * Whatever can come from the service does, so that an upgrade is seen at once. What cannot comes
 * from a copy that is used only when it is whole: every file as the service's list says, all of one
 * version. The API is never answered from here.
 *
 * @typedef {{version: string, files: Record<string, string>}} PageList
 * @typedef {{waitUntil(done: Promise<unknown>): void}} Lasting
 * @typedef {Lasting & {request: Request, respondWith(answer: Promise<Response>): void}} Asked
 * @typedef {Lasting & {addRoutes?: (rules: unknown[]) => Promise<void>}} Installed
 */

const LIST = "/offline.json";
const INDEX = "/index.html";
const COPY = "maskloop-pages-";

/** What this file does is done in a worker's scope, which the types of pages do not know. */
const scope = /** @type {{skipWaiting(): Promise<void>, clients: {claim(): Promise<void>},
 *   addEventListener(name: string, act: (event: any) => void): void}} */ (
  /** @type {unknown} */ (globalThis)
);

scope.addEventListener("install", (/** @type {Installed} */ event) => {
  // The API need not wake this worker, where the browser can be told.
  const direct = { condition: { urlPattern: "/api/*" }, source: "network" };
  event.waitUntil(event.addRoutes?.([direct]).catch(() => {}) ?? Promise.resolve());
  void scope.skipWaiting();
});

scope.addEventListener("activate", (/** @type {Lasting} */ event) => {
  event.waitUntil(Promise.all([scope.clients.claim(), renewCopy().catch(() => {})]));
});

scope.addEventListener("fetch", (/** @type {Asked} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const isOurs = request.method === "GET" && origin === location.origin;
  if (!isOurs || pathname.startsWith("/api/")) return;
  const isPage = request.mode === "navigate";
  event.respondWith(answer(request, isPage ? INDEX : pathname));
  if (isPage) event.waitUntil(renewCopy().catch(() => {}));
});

/** @param {Request} request @param {string} path of its copy @returns {Promise<Response>} */
async function answer(request, path) {
  try {
    const response = await fetch(request);
    // What stands before a service that is away says so.
    if (response.status < 502) return response;
    return (await copyOf(path)) ?? response;
  } catch (error) {
    const copy = await copyOf(path);
    if (copy) return copy;
    throw error;
  }
}

/** @param {string} path */
async function copyOf(path) {
  for (const name of await copies()) {
    const copy = await caches.open(name);
    if (await copy.match(LIST)) return copy.match(path);
  }
  return undefined;
}

/** @returns {Promise<string[]>} the names of all copies, whole or not */
async function copies() {
  return (await caches.keys()).filter((name) => name.startsWith(COPY));
}

/** Have a whole copy of what the service has now, and no other. */
async function renewCopy() {
  const answered = await fetch(LIST, { cache: "no-store" });
  const list = /** @type {PageList} */ (await answered.clone().json());
  const name = COPY + list.version;
  const copy = await caches.open(name);
  if (!(await copy.match(LIST))) {
    const files = Object.entries(list.files);
    await Promise.all(
      files.map(async ([path, digest]) => copy.put(path, await fetchExactly(path, digest))),
    );
    // Last: a copy with its list in it is whole.
    await copy.put(LIST, answered);
  }
  for (const other of await copies()) if (other !== name) await caches.delete(other);
}

/** @param {string} path @param {string} digest what its content must have, else nothing is kept */
async function fetchExactly(path, digest) {
  const response = await fetch(path, { cache: "no-cache" });
  const bytes = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const found = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0"));
  if (found.join("") !== digest) throw new Error(`${path} is of another version.`);
  return response;
}
