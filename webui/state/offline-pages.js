/** Has the pages open while the service is away, by `offline.js`. */

const WORKER = "/offline.js";

/** Where the browser can: over HTTPS, or on the service's own machine. */
export function keepPages() {
  if (!("serviceWorker" in navigator)) return;
  // A page keeps working without it: private windows and some settings refuse it.
  void navigator.serviceWorker.register(trusted(WORKER), { updateViaCache: "none" }).catch(() => {});
}

/**
 * The content policy takes a script's address only from a policy of trusted types.
 *
 * @typedef {{createPolicy(name: string, rules: {createScriptURL(url: string): string}):
 *            {createScriptURL(url: string): string}}} TrustedTypes
 *
 * @param {typeof WORKER} address
 */
function trusted(address) {
  const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (globalThis);
  const policy = trustedTypes?.createPolicy("maskloop", { createScriptURL: () => address });
  return policy?.createScriptURL(address) ?? address;
}
