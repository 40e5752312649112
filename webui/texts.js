/**
 * Every text that a person reads, in English. Other languages become modules of the same shape.
 *
 * long because: one catalogue is one file to translate.
 */

import { duration, percent, plural, whole } from "./format.js";

export const app = {
  name: "Maskloop",
  title: (/** @type {string} */ page) => `${page} · Maskloop`,
  projects: "Projects",
  signOut: "Sign out",
  theme: "Light or dark",
  skipToContent: "Skip to content",
  loading: "Loading",
  notFound: "There is nothing at this address",
  notFoundHelp: "The link may be old, or the project is not shared with you.",
  toProjects: "To the projects",
  retry: "Try again",
  close: "Close",
  somethingFailed: "This did not load",
};

export const login = {
  title: "Sign in",
  working: "Signing you in",
  used: "This link no longer works",
  usedHelp:
    "A sign-in link works once and for one day. The demo prints a new one whenever it starts; for anybody else an admin makes one:",
  needed: "Open your sign-in link",
  neededHelp:
    "There are no passwords here: a one-time link signs you in. The demo prints one whenever it starts; for anybody else an admin makes one:",
  command: "POST /api/v1/users/{id}/login-links",
  away: "The service cannot be reached",
};

export const projects = {
  title: "Projects",
  create: "New project",
  name: "Name",
  namePlaceholder: "cam-7, night shift",
  empty: "No project yet",
  emptyHelp:
    "A project holds one segmentation task: the labelled source images you have, the target images you want to be good at, and a budget of labels.",
  columns: {
    name: "Project",
    round: "Round",
    budget: "Budget left",
    images: "Target images",
    miou: "mIoU on target",
  },
  noRound: "not started",
  open: "Open",
  label: "Label",
};

/** @type {Record<string, string>} */
export const roundStates = {
  draft: "Draft",
  warming_up: "Warming up",
  acquiring: "Choosing",
  labelling: "Labelling",
  retraining: "Retraining",
  evaluating: "Measuring",
  closed: "Closed",
  cancelled: "Cancelled",
};

/** @type {Record<string, string>} */
export const jobKinds = {
  warm_up: "Warm-up training",
  acquire: "Scoring the pool",
  select: "Choosing images",
  retrain: "Retraining",
  evaluate: "Measuring on test",
  import: "Import",
};

/** @type {Record<string, string>} */
export const jobStates = {
  queued: "waiting",
  running: "running",
  succeeded: "done",
  failed: "failed",
  cancelled: "cancelled",
};

export const strategies = {
  entropy: "Entropy: where the model is least sure",
  margin: "Margin: where two classes are close",
  least_confident: "Least confident",
  region_impurity: "Mixed regions: where many classes meet and the model is unsure",
  class_balanced: "Balanced entropy: small classes count as much as large ones",
  bald: "Disagreement: where passes with dropout differ (BALD)",
  random: "Random",
};

export const desk = {
  title: (/** @type {string} */ project) => `${project}: correction desk`,
  item: (/** @type {number} */ rank, /** @type {number} */ of) => `item ${rank} of ${of}`,
  round: (/** @type {number} */ number) => `round ${number}`,
  submit: "Submit",
  submitKeys: "Ctrl Enter",
  skip: "Skip",
  release: "Put back",
  releaseHelp: "Give this image back to the queue; nothing is charged",
  picture:
    "Picture to correct. Keys: B brush, E erase, 1 to 9 classes, Ctrl+Enter submit, ? all keys.",
  loading: "Fetching the next image",
  classes: "Classes",
  findClass: "Find a class by name",
  layers: "Layers",
  mask: "Mask",
  opacity: "Opacity of the mask",
  uncertainty: "Uncertainty",
  showing: "Showing",
  shown: { mine: "Mine", model: "Model", difference: "Difference" },
  lookAt: "Look at",
  lookAtDone: "all looked at",
  noSpots: "The model is sure everywhere.",
  spot: (/** @type {number} */ index, /** @type {number} */ score) =>
    `Uncertain place ${index + 1}, ${percent(score, 0)}`,
  protect: (/** @type {string} */ name) => `Protect ${name}: nothing paints over it`,
  unprotect: (/** @type {string} */ name) => `Stop protecting ${name}`,
  hideClass: (/** @type {string} */ name) => `Hide ${name}`,
  showClass: (/** @type {string} */ name) => `Show ${name}`,
  void: "void",
  unknownClass: (/** @type {number} */ id) => `class ${id}`,
  skipWhy: "Why is it skipped?",
  skipReasons: [
    "Too blurred or dark",
    "Not the right kind of image",
    "Too hard to tell",
    "Broken image",
  ],
  skipNow: "Skip this image",
  back: "Back",
  saved: (/** @type {number} */ seconds) =>
    seconds < 5 ? "saved" : `saved ${duration(seconds)} ago`,
  saving: "saving",
  unchanged: "nothing changed yet",
  keptHere: "kept here",
  keptOffline: "kept here, offline",
  notSaved: (/** @type {string} */ why) => `could not save: ${why}`,
  notSubmitted: (/** @type {string} */ why) =>
    `Not submitted: ${why} Your work is kept here; press Ctrl+Enter to try again.`,
  outlineOpen: "An outline is still open: Enter closes it, Esc gives it up.",
  restored: "Your unsubmitted work on this image is back.",
  submitted: (/** @type {number} */ share, /** @type {string | null} */ mostly) =>
    share === 0
      ? "Submitted: the model's mask as it was."
      : `Submitted: ${percent(share, 1)} of pixels${mostly ? `, mostly ${mostly}` : ""}.`,
  fromTo: (/** @type {string} */ from, /** @type {string} */ to) => `${from} to ${to}`,
  skipped: "Skipped; nothing was charged.",
  put_back: "Put back; nothing was charged.",
  empty: "Nothing to label now",
  emptyHelp:
    "Every chosen image is submitted, skipped or in somebody's hands. The next ones come with the next round.",
  exhausted: "The budget is used",
  exhaustedHelp: "A lead can grant more labels on the project page.",
  lost: "This image is with somebody else now",
  lostHelp:
    "The lease ran out before it could be renewed. Your work is kept as a draft; nothing was charged to you.",
  failed: "The image could not be opened",
  takeNext: "Take the next image",
  toProject: "To the project",
  status: {
    under: (/** @type {string} */ mine, /** @type {string | null} */ model) =>
      model && model !== mine ? `${mine} (model: ${model})` : mine,
    uncertainty: (/** @type {number} */ share) => `uncertainty ${share.toFixed(2)}`,
    position: (/** @type {number} */ x, /** @type {number} */ y) => `x ${x} y ${y}`,
    outside: "outside the picture",
    brush: (/** @type {number} */ size) => `brush ${size} px`,
    tolerance: (/** @type {number} */ tolerance) => `tolerance ${tolerance}`,
    changed: (/** @type {number} */ pixels) => `${whole(pixels)} px changed`,
    outline: "Enter closes, Backspace takes a corner back, Esc gives up",
    undo: (/** @type {number} */ steps) => `undo ${steps}`,
  },
  keys: "Keys",
  findKey: "Find a key",
  panels: "Panels",
};

/** @type {Record<string, string>} */
export const commands = {
  "tool.brush": "Brush",
  "tool.eraser": "Erase to void",
  "tool.restore": "Put the model's label back",
  "tool.polygon": "Polygon: the current class inside",
  "tool.polygonMinus": "Polygon minus: take the current class away",
  "outline.close": "Close the outline (or double click)",
  "outline.back": "Take the outline's last corner back",
  "outline.cancel": "Give the outline up",
  "tool.fill": "Fill a region",
  "tool.wand": "Wand: alike in colour, within the model's class",
  "fill.void": "Fill all void pixels",
  "tool.pick": "Pick the class under the pointer (or Alt+click)",
  "tool.pan": "Move the picture (hold)",
  "accept.model": "Accept the model's region here",
  "region.assign": "Give the region under the pointer the current class",
  "tool.lasso": "Lasso: the model's labels back inside",
  "class.previous": "Previous class",
  "class.search": "Find a class by name",
  "class.protect": "Protect the class under the pointer",
  "brush.smaller": "Smaller brush, or wand tolerance (or Alt+wheel)",
  "brush.larger": "Larger brush, or wand tolerance (or Alt+wheel)",
  "view.fit": "Fit the picture",
  "view.in": "Zoom in (or wheel)",
  "view.out": "Zoom out (or wheel)",
  "mask.hold": "Hide the mask while held",
  "mask.toggle": "Hide or show the mask",
  "layer.model": "Show the model's mask",
  "layer.difference": "Show the difference from the model",
  "layer.uncertainty": "Show where the model is unsure",
  "spot.next": "Fly to the next uncertain place",
  "spot.previous": "Fly to the previous uncertain place",
  undo: "Undo",
  redo: "Redo",
  save: "Save a draft now",
  submit: "Submit, then the next image",
  skip: "Skip with a reason",
  panels: "Hide or show the panels",
  keys: "Show or hide the keys",
  "class.0": "First to tenth class: 1 to 9, 0",
  "class.10": "Eleventh to twentieth class: Shift+1 to 0",
};

export const project = {
  openDesk: "Open the desk",
  noModel: "No model has been measured yet.",
  headline: (/** @type {string} */ miou, /** @type {number} */ labels) =>
    `${miou} mIoU on your target ${labels === 0 ? "before any label" : `after ${plural(labels, "label")}`}`,
  change: (/** @type {number} */ points, /** @type {string} */ since) =>
    `${points >= 0 ? "up" : "down"} ${Math.abs(points * 100).toFixed(1)} since ${since}`,
  warmUp: "warm-up",
  roundName: (/** @type {number} */ number) => `round ${number}`,
  curve: "mIoU against labels",
  curveEmpty: "The curve begins when the warm-up model has been measured on the test images.",
  axisLabels: "labels spent",
  perClass: "IoU by class",
  perClassEmpty: "Each class gets its bar after the first measurement.",
  since: (/** @type {string} */ since) => `change since ${since}`,
  round: "Round",
  rounds: "Rounds",
  budget: "Budget",
  spent: "spent",
  reserved: "in hands",
  left: "left",
  granted: (/** @type {number} */ images) => `${plural(images, "label")} granted`,
  grant: "Grant",
  grantLabel: "Labels to grant",
  grantEmpty: "No label is granted yet. Each submitted image costs one.",
  queue: "Queue",
  queueEmpty: "Images to correct appear here when a round reaches labelling.",
  queueColumns: { image: "Image", state: "State", who: "Who", score: "Score" },
  jobs: "Jobs",
  jobsEmpty: "Training, scoring and imports appear here with their progress.",
  log: "Log",
  cancelJob: "Stop",
  cancelled: "Stop asked for",
  took: (/** @type {number} */ seconds) => `took ${duration(seconds)}`,
  timeLeft: (/** @type {number} */ seconds) => `${duration(seconds)} left`,
  attempt: (/** @type {number} */ attempt) => `try ${attempt}`,
  start: "Start",
  cancel: "Cancel round",
  cancelSure: "Cancel this round? Images in people's hands are taken back; their drafts stay.",
  retry: "Retry from the last checkpoint",
  closeLabelling: "Go on with what is submitted",
  newRound: "New round",
  startRound: "Start round",
  k: "Images to correct",
  strategy: "Choose by",
  steps: "Training steps",
  stepsDefault: "recipe's own",
  seed: "Seed",
  noRound: "No round yet",
  noRoundHelp:
    "A round trains, chooses the images the model is least sure of, asks people to correct them, and retrains.",
  submittedOf: (/** @type {number} */ done, /** @type {number} */ total) =>
    `${done} of ${total} done`,
  inHands: (/** @type {number} */ count) => `${count} in hands`,
  skippedCount: (/** @type {number} */ count) => `${count} skipped`,
  live: "live",
  polling: "checking every few seconds",
  setUp: "Set up",
  setUpHelp: "Four things, then the loop runs by itself.",
  classes: "Classes",
  classesHelp: "One class per line, first line is id 0: name, then optionally #rrggbb.",
  classesSave: "Save classes",
  classesSaved: (/** @type {number} */ count) => plural(count, "class", "classes"),
  source: "Labelled source images",
  sourceHelp: "Images that already have masks: renderings, an older camera, a public set.",
  target: "Target images",
  targetHelp: "Images from the camera you want to be good at. No masks needed.",
  test: "Test images with masks",
  testHelp:
    "Never trained on; they measure each round. Optional, but without them there is no mIoU.",
  importPath: "Folder of images on the server",
  masksPath: "Folder of masks on the server",
  importStart: "Import",
  imageCount: (/** @type {number} */ count) => plural(count, "image"),
  withMasks: (/** @type {number} */ count) => `${whole(count)} with masks`,
  classesFirst: "Save the classes first: masks are checked against them.",
  done: "done",
};
