/** What the correction desk says, in English, and what each of its commands is called. */

import { duration, percent, plural, whole } from "../../format.js";

export const outbox = {
  title: "Not submitted yet",
  waiting: (/** @type {number} */ count) =>
    `${plural(count, "submission")} kept here, offline`,
  sending: (/** @type {number} */ count) => `sending ${plural(count, "submission")}`,
  fates: {
    waiting: "waits for the connection.",
    late: "came too late: somebody else has it or its round is over. It is kept as your draft.",
    stale: "met a newer version of the same image.",
    refused: "was refused:",
  },
  lateFree: "came too late, and is free again. Your draft is kept.",
  compare: "Compare",
  goOn: "Go on with it",
  dismiss: "Dismiss",
};

export const keySheet = {
  help: "Click a key to change it; it goes with you wherever you sign in.",
  press: (/** @type {string} */ command) => `Press the new key for "${command}"; Esc leaves it.`,
  browser: "The browser keeps this key for itself.",
  taken: (/** @type {string} */ command) => `This key is taken: ${command}.`,
  aClass: "a class",
  change: (/** @type {string} */ command, /** @type {string} */ keys) => `${command}: change ${keys}`,
  usual: "All the usual keys again",
  usualOf: (/** @type {string} */ command) => `${command}: the usual key again`,
};

export const look = {
  title: "Look",
  brightness: "Brightness",
  contrast: "Contrast",
  gamma: "Gamma",
  safe: "Colours for any colour vision",
  hatched: "Hatches",
  plain: "As it is stored",
};

export const summary = {
  title: "This sitting",
  images: "Submitted",
  skipped: "Skipped",
  atWork: "At work",
  each: "Each",
  changed: "Pixels changed",
};

export const merge = {
  title: "Two versions",
  help: "Yours, and the one submitted meanwhile from elsewhere. Choose place by place, or draw; then submit.",
  everywhere: "Everywhere",
  all: { mine: "All mine", theirs: "All theirs" },
  side: {
    mine: (/** @type {string} */ name) => `Mine: ${name}`,
    theirs: (/** @type {string} */ name) => `Theirs: ${name}`,
  },
  place: (/** @type {string} */ pixels) => `${pixels} px`,
  giveUp: "Leave theirs as it is",
};

export const desk = {
  title: (/** @type {string} */ project) => `${project}: correction desk`,
  item: (/** @type {number} */ rank, /** @type {number} */ of) => `item ${rank} of ${of}`,
  round: (/** @type {number} */ number) => `round ${number}`,
  submit: "Submit",
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
  heldHere: "The service is away. The image that you had in hand is open, from this browser.",
  submitted: (/** @type {number} */ share, /** @type {string | null} */ mostly) =>
    share === 0
      ? "Submitted: the model's mask as it was."
      : `Submitted: ${percent(share, 1)} of pixels${mostly ? `, mostly ${mostly}` : ""}.`,
  fromTo: (/** @type {string} */ from, /** @type {string} */ to) => `${from} to ${to}`,
  skipped: "Skipped; nothing was charged.",
  noOther: "No other image is in your hands yet.",
  empty: "Nothing to label now",
  emptyHelp:
    "Every chosen image is submitted, skipped or in somebody's hands. The next ones come with the next round.",
  exhausted: "The budget is used",
  exhaustedHelp: "A lead can grant more labels on the project page.",
  lost: "Your time with this image has run out",
  lostHelp:
    "The lease ran out before it could be renewed. Your work is kept as a draft; nothing was charged to you.",
  lostTo: (/** @type {string} */ name) => `${name} has this image now`,
  lostToHelp:
    "Nothing was heard from this page for two minutes, so it was given on. Your work is kept as a draft; nothing was charged to you.",
  takeAgain: "Take it again",
  elsewhere: "This image is open in another tab",
  elsewhereHelp: "One tab works on an image at a time, so that neither overwrites the other.",
  workHere: "Work here instead",
  away: "The service is away",
  awayHelp:
    "What you submitted is kept here and sent as soon as the connection is back. The next image opens by itself.",
  takenFrom: (/** @type {string} */ name) =>
    `Taken over from ${name}, from whom nothing was heard for over two minutes.`,
  returnedHelp: "A reviewer returned this image to you: their remarks are pinned to the picture.",
  draftStale: "also changed in another browser",
  draftStaleHelp: "This image was saved from another browser as well. Which version goes on here?",
  draftMine: "This one",
  draftTheirs: "The other one",
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
  "cursor.left": "Pointer left by a pixel; hold to go faster",
  "cursor.right": "Pointer right",
  "cursor.up": "Pointer up",
  "cursor.down": "Pointer down",
  "cursor.press": "Press the tool at the pointer; press again to lift a brush",
  undo: "Undo",
  redo: "Redo",
  save: "Save a draft now",
  submit: "Submit, then the next image",
  skip: "Skip with a reason",
  "item.next": "Next image in your hands; this one stays as it is",
  "item.previous": "Previous image in your hands",
  panels: "Hide or show the panels",
  keys: "Show or hide the keys",
  "class.0": "First to tenth class: 1 to 9, 0",
  "class.10": "Eleventh to twentieth class: Shift+1 to 0",
};
