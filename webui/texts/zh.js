/** 中文. Chinese: the same texts, name for name. */

export * from "./zh/common.js";
export * from "./zh/data.js";
export * from "./zh/desk.js";
export * from "./zh/evidence.js";
export * from "./zh/frame.js";
export * from "./zh/images.js";
export * from "./zh/project.js";
export * from "./zh/report.js";
export * from "./zh/review.js";
export * from "./zh/rounds.js";
export * from "./zh/jobs.js";
export * from "./zh/models.js";
export * from "./zh/budget.js";
export * from "./zh/settings.js";
export * from "./zh/people.js";
export * from "./zh/schedules.js";
