/** What stands around the pages of a project, and what their tables and sheets say, in English. */

import { plain } from "../plain.js";

export const frame = {
  tabs: "Pages of the project",
  tab: plain({
    overview: "Overview",
    images: "Images",
    rounds: "Rounds",
    budget: "Budget",
    people: "People",
    models: "Models",
    schedules: "Schedules",
    jobs: "Jobs",
    audit: "Audit",
    data: "Data",
    settings: "Settings",
  }),
};

export const table = {
  more: "Show more",
  loading: "Loading more",
  none: "Nothing matches",
  noneHelp: "Take a filter away to see more.",
  clear: "Show all",
  any: "any",
  filters: "Filters",
  sortedBy: "Sorted by",
  ascending: "ascending",
  descending: "descending",
};

export const sheet = {
  cancel: "Leave it",
  typeName: (/** @type {string} */ word) => `Type “${word}” to go on`,
};
