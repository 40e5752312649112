/** What the pages of a desk do alike: open it on its stage, with keys and pointer, and name themselves. */

import { get } from "../../client/request.js";
import { listenToPointer } from "../../editor/pointer.js";
import * as texts from "../../texts.js";
import { useEffect, useRef, useState } from "../../vendor/preact.js";
import { listenToKeys } from "./commands.js";

/**
 * A desk for as long as its page is there.
 *
 * @template {import("./commands.js").Desk & {close(): void}} D
 * @param {string} id what it is about: another one is another desk
 * @param {(stage: HTMLElement) => D} open
 * @param {(desk: D) => () => void} [listen] to more than keys and pointer; returns what stops it
 */
export function useDesk(id, open, listen) {
  const stage = useRef(/** @type {HTMLElement | null} */ (null));
  const [desk, setDesk] = useState(/** @type {D | null} */ (null));
  useEffect(() => {
    if (!stage.current) return undefined;
    const opened = open(stage.current);
    const stops = [
      listen?.(opened) ?? (() => {}),
      listenToKeys(opened),
      listenToPointer(stage.current, () => (opened.isBusy.peek() ? null : opened.editor), {
        isPanning: () => opened.isPanning.value,
        onActivity: () => opened.work.peek()?.activity.note(performance.now()),
      }),
    ];
    setDesk(opened);
    return () => {
      stops.forEach((stop) => stop());
      opened.close();
    };
  }, [id]);
  return { stage, desk };
}

/** The project, once it is known; until then, or while the service is away, null. @param {string} projectId */
export function useProject(projectId) {
  const [project, setProject] = useState(
    /** @type {import("../../client/types.d.ts").Project | null} */ (null),
  );
  useEffect(() => {
    get(`/projects/${projectId}`).then(setProject, () => {});
  }, [projectId]);
  return project;
}

/** The title of the browser's tab. @param {string | null} title null while it is not known */
export function useTitle(title) {
  useEffect(() => {
    if (title) document.title = texts.app.title(title);
  }, [title]);
}
