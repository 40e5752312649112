/** 한국어. Korean: the same texts, name for name. */

export * from "./ko/common.js";
export * from "./ko/data.js";
export * from "./ko/desk.js";
export * from "./ko/evidence.js";
export * from "./ko/frame.js";
export * from "./ko/images.js";
export * from "./ko/project.js";
export * from "./ko/report.js";
export * from "./ko/review.js";
export * from "./ko/rounds.js";
export * from "./ko/jobs.js";
export * from "./ko/models.js";
export * from "./ko/budget.js";
export * from "./ko/settings.js";
export * from "./ko/people.js";
export * from "./ko/schedules.js";
