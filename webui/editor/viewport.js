/**
 * Where the picture lies on the screen: how much it is enlarged and how far it is moved.
 *
 * Pure: a view is a value. `x` and `y` are the picture's top left corner in CSS pixels of the stage.
 *
 * @typedef {{readonly scale: number, readonly x: number, readonly y: number}} View
 * @typedef {{readonly width: number, readonly height: number}} Size
 */

const LEAST_SCALE = 0.05;
const MOST_SCALE = 64;

/**
 * The view in which the whole picture is as large as the stage lets it be.
 *
 * @param {Size} picture @param {Size} stage @param {number} [margin] CSS pixels kept free around it
 * @returns {View}
 */
export function fitView(picture, stage, margin = 12) {
  const across = Math.max(1, stage.width - 2 * margin) / picture.width;
  const down = Math.max(1, stage.height - 2 * margin) / picture.height;
  const scale = clampScale(Math.min(across, down));
  return centredView({ x: picture.width / 2, y: picture.height / 2 }, scale, stage);
}

/**
 * The view that shows an image point in the middle of the stage.
 *
 * @param {{x: number, y: number}} point @param {number} scale @param {Size} stage
 * @returns {View}
 */
export function centredView(point, scale, stage) {
  const clamped = clampScale(scale);
  return {
    scale: clamped,
    x: stage.width / 2 - point.x * clamped,
    y: stage.height / 2 - point.y * clamped,
  };
}

/**
 * Enlarge by `factor`, with the image point under (x, y) staying under it.
 *
 * @param {View} view @param {number} factor @param {number} x stage coordinates @param {number} y
 * @returns {View}
 */
export function zoomView(view, factor, x, y) {
  const scale = clampScale(view.scale * factor);
  const ratio = scale / view.scale;
  return { scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/** @param {View} view @param {number} dx @param {number} dy @returns {View} */
export function panView(view, dx, dy) {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/**
 * Keep at least a quarter of the stage covered by the picture, so that it cannot be lost.
 *
 * @param {View} view @param {Size} picture @param {Size} stage @returns {View}
 */
export function keepInSight(view, picture, stage) {
  const [across, down] = [picture.width * view.scale, picture.height * view.scale];
  const [keepX, keepY] = [Math.min(across, stage.width) / 4, Math.min(down, stage.height) / 4];
  return {
    scale: view.scale,
    x: Math.min(Math.max(view.x, keepX - across), stage.width - keepX),
    y: Math.min(Math.max(view.y, keepY - down), stage.height - keepY),
  };
}

/**
 * The view between two others; `share` 0 is `from`, 1 is `to`.
 *
 * @param {View} from @param {View} to @param {number} share @returns {View}
 */
export function blendViews(from, to, share) {
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * share;
  return { scale: mix(from.scale, to.scale), x: mix(from.x, to.x), y: mix(from.y, to.y) };
}

/**
 * Screen position to image coordinates by the canvas's own rectangle: right at every zoom and
 * device pixel ratio. The pixel is the floor of each.
 *
 * @param {number} clientX @param {number} clientY
 * @param {{left: number, top: number, width: number, height: number}} rect of the canvas on screen
 * @param {Size} canvas its size in pixels
 * @returns {{x: number, y: number}}
 */
export function toImage(clientX, clientY, rect, canvas) {
  return {
    x: ((clientX - rect.left) * canvas.width) / rect.width,
    y: ((clientY - rect.top) * canvas.height) / rect.height,
  };
}

/** The part of the picture, and beyond it, that the stage shows. @param {View} view @param {Size} stage */
export function seenRect(view, stage) {
  return {
    left: -view.x / view.scale,
    top: -view.y / view.scale,
    right: (stage.width - view.x) / view.scale,
    bottom: (stage.height - view.y) / view.scale,
  };
}

/**
 * Move a view no further than needed so that the picture fills the stage where it is large enough.
 *
 * @param {View} view @param {Size} picture @param {Size} stage @param {number} [margin]
 * @returns {View}
 */
export function fillStage(view, picture, stage, margin = 12) {
  const along = (
    /** @type {number} */ at,
    /** @type {number} */ length,
    /** @type {number} */ room,
  ) =>
    length <= room ? (room - length) / 2 : Math.min(Math.max(at, room - length - margin), margin);
  return {
    scale: view.scale,
    x: along(view.x, picture.width * view.scale, stage.width),
    y: along(view.y, picture.height * view.scale, stage.height),
  };
}

/** @param {number} scale */
function clampScale(scale) {
  return Math.min(Math.max(scale, LEAST_SCALE), MOST_SCALE);
}
