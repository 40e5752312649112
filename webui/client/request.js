/**
 * Speaks to the API: one `fetch` for all, typed answers, refusals as `ApiError`.
 *
 * @typedef {import("./types.d.ts").Problem} Problem
 * @typedef {{
 *   json?: unknown, bytes?: Uint8Array<ArrayBuffer>, type?: string, accept?: string,
 *   headers?: Record<string, string>, signal?: AbortSignal,
 * }} Sent
 */

const BASE = "/api/v1";

/** A request that the service refused, or that did not reach it (status 0). */
export class ApiError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }

  get status() {
    return this.problem.status;
  }

  get type() {
    return this.problem.type;
  }

  /** Whether the same request may succeed later: the network or the service is away. */
  get isAway() {
    return this.status === 0 || this.status >= 502;
  }
}

/** Told when the service no longer knows this session. @type {() => void} */
let onSignedOut = () => {};

/** @param {() => void} listener */
export function whenSignedOut(listener) {
  onSignedOut = listener;
}

/**
 * @param {string} method
 * @param {string} path under the base, or a whole path that the API gave
 * @param {Sent} [sent]
 * @returns {Promise<Response>}
 */
export async function request(method, path, sent = {}) {
  const { json, bytes, type, accept, headers, signal } = sent;
  let response;
  try {
    response = await fetch(path.startsWith(BASE) ? path : BASE + path, {
      method,
      signal,
      body: bytes ?? (json === undefined ? undefined : JSON.stringify(json)),
      headers: {
        Accept: accept ?? "application/json",
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...(type ? { "Content-Type": type } : {}),
        ...headers,
      },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(plainProblem(0, "The service cannot be reached."));
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401 && !path.startsWith("/sessions")) onSignedOut();
  throw new ApiError(problem);
}

/** @param {Response} response @returns {Promise<Problem>} */
async function readProblem(response) {
  try {
    const problem = await response.json();
    return { ...plainProblem(response.status, response.statusText), ...problem };
  } catch {
    return plainProblem(response.status, `The service answered ${response.status}.`);
  }
}

/** @param {number} status @param {string} detail @returns {Problem} */
function plainProblem(status, detail) {
  return { type: status === 0 ? "unreachable" : "unknown", title: detail, status, detail };
}

/**
 * @template T
 * @param {string} method @param {string} path @param {Sent} [sent]
 * @returns {Promise<T>} the JSON answer; null for an empty one
 */
export async function call(method, path, sent) {
  const response = await request(method, path, sent);
  return response.status === 204 ? /** @type {T} */ (null) : response.json();
}

/**
 * @template T
 * @param {string} path @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function get(path, signal) {
  return call("GET", path, { signal });
}

/**
 * The first page of a list. @template T
 * @param {string} path @returns {Promise<T[]>}
 */
export async function list(path) {
  /** @type {import("./types.d.ts").Page<T>} */
  const page = await get(path);
  return page.items;
}

/** A key that makes a repeated request count once. @returns {Record<string, string>} */
export function once() {
  return { "Idempotency-Key": crypto.randomUUID() };
}
