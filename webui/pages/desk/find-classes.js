/** Which classes a searching person means, the likeliest first. */

/**
 * A whole name or the class's own number goes before a beginning, and that before any part.
 *
 * @template {{readonly id: number, readonly name: string}} One
 * @param {readonly One[]} classes @param {string} wanted @returns {One[]}
 */
export function findClasses(classes, wanted) {
  const sought = wanted.trim().toLowerCase();
  /** @param {One} one */
  const distance = ({ id, name }) => {
    const text = name.toLowerCase();
    if (text === sought || String(id) === sought) return 0;
    if (text.startsWith(sought)) return 1;
    return text.includes(sought) ? 2 : Infinity;
  };
  return classes
    .map((one) => ({ one, far: sought === "" ? 0 : distance(one) }))
    .filter(({ far }) => far < Infinity)
    .sort((a, b) => a.far - b.far)
    .map(({ one }) => one);
}
