/** The texts of the language that the person reads: English until another catalogue is in use. */

import * as en from "./texts/en.js";

/** @typedef {typeof import("./texts/en.js")} Catalogue */

export let { app, login, projects, roundStates, itemStates, jobKinds, jobStates, strategies } = en;
export let { project, desk, commands, outbox, merge, summary, review, keySheet, look, units, tour } = en;
export let { frame, table, sheet } = en;
export let { evidence, report } = en;
export let { images, image } = en;
export let { rounds } = en;
export let { aids } = en;
export let { data } = en;
export let { jobs } = en;
export let { models } = en;
export let { budget } = en;
export let { people, accounts } = en;
export let { schedules, audit } = en;
export let { settings } = en;

/** Have every page that is drawn from now on speak this catalogue. @param {Catalogue} catalogue */
export function speak(catalogue) {
  ({ app, login, projects, roundStates, itemStates, jobKinds, jobStates, strategies } = catalogue);
  ({ project, desk, commands, outbox, merge, summary, review, keySheet, look, units, tour } = catalogue);
  ({ frame, table, sheet } = catalogue);
  ({ evidence, report } = catalogue);
  ({ images, image } = catalogue);
  ({ rounds } = catalogue);
  ({ aids } = catalogue);
  ({ data } = catalogue);
  ({ jobs } = catalogue);
  ({ models } = catalogue);
  ({ budget } = catalogue);
  ({ people, accounts } = catalogue);
  ({ schedules, audit } = catalogue);
  ({ settings } = catalogue);
}
