/** English: every text that a person reads. Other languages are modules of the same shape. */

export * from "./en/common.js";
export * from "./en/data.js";
export * from "./en/desk.js";
export * from "./en/evidence.js";
export * from "./en/frame.js";
export * from "./en/images.js";
export * from "./en/project.js";
export * from "./en/report.js";
export * from "./en/review.js";
export * from "./en/rounds.js";
export * from "./en/jobs.js";
export * from "./en/models.js";
export * from "./en/budget.js";
export * from "./en/settings.js";
export * from "./en/people.js";
export * from "./en/schedules.js";
