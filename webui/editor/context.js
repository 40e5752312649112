/** Gives a canvas's drawing surface, or says that there is none. */

/** @param {HTMLCanvasElement} canvas */
export function context(canvas) {
  const found = canvas.getContext("2d", { colorSpace: "srgb" });
  if (!found) throw new Error("This browser gives no 2D canvas.");
  return found;
}
