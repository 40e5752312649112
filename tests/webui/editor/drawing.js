/** Masks drawn as text: the tests say what they expect to see. */

/** @param {{width: number, height: number, labels: Uint8Array}} mask */
export function rows({ width, height, labels }) {
  return Array.from({ length: height }, (_, row) =>
    Array.from(labels.subarray(row * width, (row + 1) * width), (label) =>
      label === 255 ? "." : label,
    ).join(""),
  );
}

/** @param {string[]} lines */
export function drawn(lines) {
  const labels = lines
    .join("")
    .split("")
    .map((sign) => (sign === "." ? 255 : Number(sign)));
  return { width: lines[0].length, height: lines.length, labels: Uint8Array.from(labels) };
}

/** A small generator with a seed (mulberry32), so that a failure can be repeated. @param {number} seed */
export function random(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** What the tools ask of the editor, without a screen. */
export function deskWith(correction, label) {
  return {
    correction,
    label,
    outline: [],
    addCorner(point) {
      this.outline.push(point);
    },
    endOutline() {
      return this.outline.splice(0);
    },
    edit(act) {
      act(correction);
    },
  };
}
