/** What the pages of jobs say, in English. */

export const jobs = {
  title: "Jobs",
  empty: "No job here",
  emptyHelp: "Imports, trainings, scoring and exports appear here with their progress and their log.",
  columns: {
    kind: "Job",
    state: "State",
    progress: "Progress",
    says: "Says",
    began: "Began",
    took: "Took",
  },
  cancel: "Stop",
  download: "Download",
  log: "Log",
  logEmpty: "It has said nothing yet.",
  losses: "Losses",
  tookAll: (/** @type {string} */ time) => `It took ${time}.`,
  loss: "loss",
  step: "step",
  facts: "About it",
  made: "Made",
  tries: "Tries",
  round: "Round",
  toRound: "go to it",
  failedRound:
    "Labels, models and checkpoints are kept. The round waits: a retry goes on from the last checkpoint.",
  failedOther: "What it had finished is kept. Start it again once the reason is gone.",
};
