/**
 * Gives what the pointer and the wheel do on the stage to the editor's tool.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("./editor.js").Tool} Tool
 */

import { pan } from "./tools/pan.js";
import { pick } from "./tools/pick.js";
import { toImage } from "./viewport.js";

const ZOOM_PER_WHEEL_PIXEL = 0.0016;
/** A wheel that counts in lines sends about 3 of some 16 px for each notch. */
const LINE_PIXELS = 16;

/**
 * @param {HTMLElement} stage
 * @param {() => Editor | null} current
 * @param {{isPanning: () => boolean, onActivity: () => void}} page
 * @returns {() => void} stops listening
 */
export function listenToPointer(stage, current, { isPanning, onActivity }) {
  /** @type {Tool | null} */
  let held = null;
  const controller = new AbortController();

  /** @param {Editor} editor @param {{clientX: number, clientY: number}} event */
  const pointOf = (editor, event) => {
    const { mask } = editor.surface;
    // A hidden canvas has no rectangle; the picture's is the same.
    const rect = editor.surface.picture.getBoundingClientRect();
    return toImage(event.clientX, event.clientY, rect, mask);
  };

  /** @param {(editor: Editor, event: PointerEvent) => void} act */
  const on = (act) => (/** @type {Event} */ event) => {
    const editor = current();
    if (editor) act(editor, /** @type {PointerEvent} */ (event));
  };

  const listeners = {
    pointerdown: on((editor, event) => {
      if (held || (event.button !== 0 && event.button !== 1)) return;
      event.preventDefault();
      stage.setPointerCapture(event.pointerId);
      held = event.button === 1 || isPanning() ? pan : event.altKey ? pick : editor.tool;
      held.down(editor, pointOf(editor, event), event);
      onActivity();
    }),
    pointermove: on((editor, event) => {
      const moves = held ? event.getCoalescedEvents?.() : [];
      for (const move of moves.length > 0 ? moves : [event]) {
        held?.move(editor, pointOf(editor, move), move);
      }
      editor.point(pointOf(editor, event));
      onActivity();
    }),
    pointerup: on((editor, event) => {
      held?.up(editor, pointOf(editor, event), event);
      held = null;
    }),
    pointercancel: on((editor) => {
      held?.cancel(editor);
      held = null;
    }),
    dblclick: on((editor, event) => {
      if (editor.outline.length === 0 || isPanning() || event.altKey) return;
      // The second press put a corner on the first one's place.
      editor.takeBackCorner();
      editor.tool.finish?.(editor);
    }),
    pointerleave: on((editor) => {
      if (!held) editor.point(null);
    }),
  };
  for (const [name, listener] of Object.entries(listeners)) {
    stage.addEventListener(name, listener, { signal: controller.signal });
  }
  stage.addEventListener(
    "wheel",
    (event) => {
      const editor = current();
      if (!editor) return;
      event.preventDefault();
      onActivity();
      const moved =
        event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1);
      if (event.altKey) editor.stepBrushSize(moved > 0 ? -1 : 1);
      else {
        const rect = stage.getBoundingClientRect();
        const at = { x: event.clientX - rect.left, y: event.clientY - rect.top };
        editor.view.zoom(Math.exp(-moved * ZOOM_PER_WHEEL_PIXEL), at);
      }
    },
    { passive: false, signal: controller.signal },
  );
  return () => controller.abort();
}
