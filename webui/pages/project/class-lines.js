/** Reads a class list from lines of text; gives colours to classes that have none. */

/** Okabe and Ito's colours without black and their lighter and darker kin: told apart by most eyes. */
const COLOURS = [
  "#e69f00",
  "#56b4e9",
  "#009e73",
  "#f0e442",
  "#0072b2",
  "#d55e00",
  "#cc79a7",
  "#999999",
  "#8c5e00",
  "#a6d8f4",
  "#005c43",
  "#99901a",
  "#00405f",
  "#ffa05c",
  "#7d3f63",
  "#595959",
];

/** Cityscapes' colours, where a class of its is named. @type {Record<string, string>} */
const KNOWN = {
  road: "#804080",
  sidewalk: "#f423e8",
  building: "#464646",
  wall: "#66669c",
  fence: "#be9999",
  pole: "#999999",
  "traffic light": "#faaa1e",
  "traffic sign": "#dcdc00",
  vegetation: "#6b8e23",
  terrain: "#98fb98",
  sky: "#4682b4",
  person: "#dc143c",
  rider: "#ff0000",
  car: "#00008e",
  truck: "#000046",
  bus: "#003c64",
  train: "#005064",
  motorcycle: "#0000e6",
  bicycle: "#770b20",
};

/**
 * @param {string} text one class in a line: its name, then perhaps `#rrggbb`
 * @returns {import("../../client/types.d.ts").LabelClass[]} the first line is class 0
 */
export function parseClasses(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line, id) => {
      const [, name, colour] = /^(.*?)\s*(#[0-9a-fA-F]{6})?$/.exec(line) ?? [];
      return {
        id,
        name,
        colour: colour?.toLowerCase() ?? colourFor(name, id),
      };
    });
}

/** A class's usual colour, or one that most eyes tell from the others. @param {string} name @param {number} id */
export function colourFor(name, id) {
  return KNOWN[name.toLowerCase()] ?? COLOURS[id % COLOURS.length];
}
