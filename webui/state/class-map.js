/**
 * What an import's labels mean: the choices of a person over what was guessed.
 *
 * @typedef {import("../client/types.d.ts").LabelClass} LabelClass
 * @typedef {{label: string, name: string | null, pixels: number | null, class_id: number | null}} Label
 * @typedef {Record<string, number | null>} Choices null: not chosen yet
 */

export const VOID = 255;
const COLOUR = "colour";
const YOLO = "yolo";

/** @param {readonly Label[]} labels @returns {Choices} */
export function guessesOf(labels) {
  return Object.fromEntries(labels.map(({ label, class_id: id }) => [label, id]));
}

/**
 * The mapping that the import is asked with. A preview reads some of the masks; a label that it has
 * not seen means the class of its own id or colour, where there is one.
 *
 * @param {string} form @param {boolean} isDocument @param {Choices} choices @param {readonly LabelClass[]} classes
 * @returns {Record<string, number>}
 */
export function mapOf(form, isDocument, choices, classes) {
  const chosen = /** @type {Record<string, number>} */ (
    Object.fromEntries(Object.entries(choices).filter(([, id]) => id !== null))
  );
  if (isDocument) return chosen;
  if (form === COLOUR)
    return { ...Object.fromEntries(classes.map(({ id, colour }) => [colour.toLowerCase(), id])), ...chosen };
  if (form !== YOLO) return { ...Object.fromEntries(classes.map(({ id }) => [String(id), id])), ...chosen };
  const last = Math.max(classes.length - 1, ...Object.keys(chosen).map(Number));
  const places = Array.from({ length: last + 1 }, (_, place) => [String(place), classes[place]?.id ?? VOID]);
  return { ...Object.fromEntries(places), ...chosen };
}
