/** What a project's evidence says, in English. */

import { plural } from "../../format.js";
import { plain } from "../plain.js";

/** @typedef {{low: number, middle: number, high: number}} Span */

/** @param {number} share */
const points = (share) => (Math.abs(share) * 100).toFixed(1);

/** @param {number} share */
const signed = (share) => `${share < 0 ? "−" : "+"}${points(share)}`;

export const evidence = {
  worth: (/** @type {number} */ ahead, /** @type {Span} */ { low, middle, high }, /** @type {number | null} */ minutes) =>
    `The next ${ahead} labels are worth about ${signed(middle)} (${points(low)} to ${points(high)})${minutes === null ? "" : `, ${plural(Math.round(minutes), "minute")}`}.`,
  plateau: (/** @type {string} */ share) => `You are at ${share} of the plateau.`,
  silent: (/** @type {number} */ missing) =>
    `What the next labels are worth is said after three measured rounds: ${missing} more.`,
  curve: "mIoU against what it cost",
  miou: "mIoU, %",
  against: "Against",
  axes: { labels: "labels", minutes: "minutes", pixels: "pixels" },
  axisLabels: { labels: "labels spent", minutes: "minutes of people's work", pixels: "million pixels labelled" },
  untimed: "Nobody's time has been recorded yet.",
  band: "where the curve lies (90 %), 10 labels ahead",
  noBand: "The curve gets its interval after three measured rounds.",
  lines: plain({ source_only: "source only", full_labels: "all labels" }),
  ownModel: (/** @type {number} */ version) => `measured here, model ${version}`,
  compare: "Compare with a figure from elsewhere",
  compareHelp:
    "A model that has seen no target image, or a label of every one. What this project measures itself goes first.",
  line: "Line",
  lineScore: "Test mIoU, %",
  origin: "Where it comes from",
  originExample: "last year's model, all 2,000 labels",
  addLine: "Show",
  worst: "Where it is worst",
  worstEmpty:
    "After each measurement the three images on which model and labels agree least stand here: a look says what to label next.",
  worstAside: (/** @type {string} */ split) => `agreement with ${split} labels`,
  measuredOn: "Measured on",
  splits: plain({ validation: "validation", test: "test" }),
  modelsMask: (/** @type {string} */ name) => `${name}: the model's mask`,
  differs: (/** @type {string} */ name) => `${name}: where model and label differ`,
  forecasts: "Forecasts and what happened",
  forecastsEmpty:
    "From the third measured round on, each forecast is kept and put beside what then happened, right or wrong.",
  forecastColumns: { made: "Made", forecast: "Forecast, 90 %", happened: "Measured", verdict: "Verdict" },
  madeAt: (/** @type {number} */ labels, /** @type {string} */ score) => `${plural(labels, "label")}, ${score}`,
  atLabels: (/** @type {number} */ labels) => `at ${labels}`,
  span: (/** @type {Span} */ { low, middle, high }) => `${points(middle)} (${points(low)} to ${points(high)})`,
  held: (/** @type {number} */ held, /** @type {number} */ of) => `${held} of ${of} inside`,
  inside: "inside",
  outside: "outside",
  notYet: "not yet measured",
  calibration: "Is it as right as it is sure?",
  calibrationEmpty:
    "The next measurement compares how sure the model is with how often it is right.",
  confidence: "how sure it is",
  rightness: "how often it is right",
  ece: (/** @type {string} */ error) => `calibration error ${error}`,
  overconfident: (/** @type {string} */ gap) => `On the whole it is ${gap} surer than it is right.`,
  underconfident: (/** @type {string} */ gap) => `On the whole it is right ${gap} more often than it is sure.`,
  confusion: "What it mistakes",
  confusionEmpty: "After the first measurement the classes that are taken for others stand here.",
  ofTrue: "share of the true class",
  takenFor: (/** @type {string} */ truth, /** @type {string} */ guess) => `${truth} taken for ${guess}`,
  matrix: "The whole matrix",
  matrixHelp: "Rows: true class. Columns: what the model says. Per cent of the row.",
  pace: "Pace",
  paceEmpty: "Who labels how fast, and when the queue will be empty, is said once labels come in.",
  perHour: "labels per hour",
  waiting: "waiting",
  finish: "done at this pace",
  paceColumns: { who: "Who", lastHour: "Last hour", active: "Per active hour", holds: "Holds" },
  saved: (/** @type {string} */ share, /** @type {string} */ low, /** @type {string} */ high) =>
    `Showing the model's mask saves ${share} of the time (90 %: ${low} to ${high}).`,
  savedUnknown: "What showing the model's mask saves is known once three images were begun blank.",
  pseudo: (/** @type {string} */ accuracy, /** @type {number} */ round) =>
    `In round ${round} people left ${accuracy} of its pixels as they were.`,
};
