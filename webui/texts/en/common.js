/** What all pages say, in English: the frame, signing in, projects, and the names of states. */

export const units = {
  seconds: (/** @type {number} */ count) => `${count} s`,
  minutes: (/** @type {number} */ count) => `${count} min`,
  hours: (/** @type {number} */ hours, /** @type {number} */ minutes) => `${hours} h ${minutes} min`,
  days: (/** @type {number} */ count) => `${count} days`,
  under: (/** @type {number} */ share) => `under ${share} %`,
};

export const app = {
  name: "Maskloop",
  title: (/** @type {string} */ page) => `${page} · Maskloop`,
  projects: "Projects",
  signOut: "Sign out",
  theme: "Light or dark",
  loading: "Loading",
  notFound: "There is nothing at this address",
  notFoundHelp: "The link may be old, or the project is not shared with you.",
  toProjects: "To the projects",
  retry: "Try again",
  close: "Close",
  language: "Language",
  trail: "Where you are",
  tools: "Tools",
  somethingFailed: "This did not load",
  pictureMissing: (/** @type {string} */ name) => `${name}: the picture is missing`,
};

export const login = {
  title: "Sign in",
  working: "Signing you in",
  used: "This link no longer works",
  usedHelp:
    "A sign-in link works once and for one day. The demo prints a new one whenever it starts; for anybody else an admin makes one:",
  needed: "Open your sign-in link",
  neededHelp:
    "A one-time link signs you in. The demo prints one whenever it starts; for anybody else an admin makes one:",
  byPassword: "Sign in with a password",
  name: "Name",
  password: "Password",
  command: "POST /api/v1/users/{id}/login-links",
  away: "The service cannot be reached",
  again: "Your session has ended",
  againHelp:
    "Everything you have drawn is kept here. Open a new sign-in link in another tab, or paste it below, and go on.",
  link: "Sign-in link",
  atIssuer: (/** @type {string} */ host) => `Sign in with ${host}`,
  signedIn: "You are signed in",
  signedInHelp: "Go back to the tab with your work: it goes on by itself. You may close this one.",
  notIn: "You are not signed in",
  issuer: {
    sign_in_stale: "This sign-in was begun elsewhere, or more than ten minutes ago. Begin again.",
    identity_refused: "The sign-in was given up, or what came back does not hold. Begin again.",
    email_unverified: "Your address is not verified there. Have it verified, then begin again.",
    unknown_person: "Nobody here has your address. An admin can add you by it.",
    unauthenticated: "This account is disabled. An admin can open it again.",
    other: "Signing in did not work just now. Try again in a minute.",
  },
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
export const itemStates = {
  open: "open",
  leased: "leased",
  submitted: "submitted",
  skipped: "skipped",
  returned: "returned",
};

/** @type {Record<string, string>} */
export const jobKinds = {
  warm_up: "Warm-up training",
  acquire: "Scoring the pool",
  select: "Choosing images",
  replay: "Replay of a selection",
  retrain: "Retraining",
  evaluate: "Measuring on test",
  import: "Import",
  export: "Export",
  predict: "Prediction",
  onnx: "ONNX export",
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
  entropy_per_cost: "Entropy per effort: unsure, and with few boundaries to correct",
  core_set: "Diversity: images least like those labelled (core-set)",
  bald: "Disagreement: where passes with dropout differ (BALD)",
  random: "Random",
};
