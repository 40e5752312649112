/** What the review desk says, in English. */

import { duration, percent, plural, whole } from "../../format.js";

export const review = {
  title: (/** @type {string} */ project) => `${project}: review desk`,
  open: "Review",
  place: (/** @type {number} */ index, /** @type {number} */ of) => `${index} of ${of} waiting`,
  by: (/** @type {string} */ name) => `by ${name}`,
  approve: "Approve",
  fix: "Fix and approve",
  giveBack: "Return",
  next: "Next",
  previous: "Previous",
  approved: "Approved.",
  fixed: "Your version is stored and approved.",
  returned: (/** @type {string} */ name) => `Returned to ${name}: it comes first to them.`,
  needsRemark: "Pin a remark first: click Pin a remark, then the place.",
  empty: "Nothing waits for a review",
  emptyHelp: "Submitted masks of others appear here, the oldest first.",
  compare: "Compare",
  pairs: {
    author: "Person, model",
    mine: "Mine, person",
    all: "Mine, model",
  },
  effort: "Effort",
  changed: (/** @type {number} */ pixels, /** @type {number} */ share) =>
    `${whole(pixels)} px, ${percent(share)}`,
  changedName: "Changed",
  iou: "IoU with the model",
  atWork: "At work",
  seconds: (/** @type {number} */ seconds) => duration(seconds),
  acts: "Strokes, clicks, undos",
  unknown: "not reported",
  mostly: "Mostly",
  remarks: "Remarks",
  pin: "Pin a remark",
  pinHelp: "Click the place in the picture.",
  remark: (/** @type {number} */ number) => `Remark ${number}`,
  remarkText: "What is to be done here",
  removeRemark: (/** @type {number} */ number) => `Remove remark ${number}`,
  noRemarks: "No remark yet.",
  returnedBy: (/** @type {string} */ name) => `Returned by ${name}`,
  history: "Earlier verdicts",
  verdicts: { approved: "approved", returned: "returned", fixed: "fixed" },
  verdict: (/** @type {string} */ name, /** @type {string} */ verdict, /** @type {number} */ count) =>
    count === 0 ? `${name} ${verdict} it` : `${name} ${verdict} it with ${plural(count, "remark")}`,
};

export const tour = {
  title: "One minute of practice",
  leave: "Leave the tour",
  offer: "New here? One minute on a practice image shows the desk.",
  start: "Show me",
  notNow: "Not now",
  classes: ["road", "building", "tree", "sky", "car"],
  steps: "Try it",
  todo: {
    fly: "Fly to the place the model is least sure of",
    choose: "Choose the class car",
    fix: "Brush over the part of the car that it took for a building",
    undo: "Take the last stroke back",
    compare: "See what you changed",
    submit: "Submit, and the next image would be here",
  },
  done: "That is all there is to it",
  doneHelp: (/** @type {string} */ right) => `${right} of this image is right now. Press ? for all keys.`,
};
