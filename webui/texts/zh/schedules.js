/** What the pages of schedules and of acts say, in Chinese. */

import { plain } from "../plain.js";

/** @type {typeof import("../en/schedules.js").schedules} */
export const schedules = {
  title: "计划",
  empty: "还没有计划",
  emptyHelp: "计划会自动开始轮次：按时间、新标注达到数量时，或预算用到一定程度时。",
  make: "新建计划",
  kind: "何时开始一轮",
  kinds: plain({ cron: "按时间", labels: "有新标注时", budget: "预算用完时" }),
  cron: "时间",
  cronHelp: "依次为分、时、日、月、星期：“0 6 * * 1”表示每周一 6:00。",
  timezone: "时区",
  every: "新标注数",
  used: "已用（%）",
  quietSince: "静默开始",
  quietUntil: "静默结束",
  quietHelp: "这段时间内不会自动开始。",
  asks: "一轮的标注数",
  chosenBy: "选择方式",
  save: "建立计划",
  byCron: (cron, zone) => `${cron}（${zone}）`,
  byLabels: (every) => `每 ${every} 个新标注`,
  byBudget: (share) => `预算用到 ${share} 时`,
  columns: { rule: "条件", asks: "要求", next: "下一次（您的时间）", quiet: "静默时段", on: "启用", acts: "操作" },
  share: (percent) => `图像池的 ${percent} %`,
  wholeBudget: "全部预算",
  labels: (count) => `${count} 个标注`,
  unforeseen: "不按时间",
  isOff: "已停用",
  on: (rule) => `启用：${rule}`,
  log: "记录",
  remove: "删除",
  removeSure: "删除这个计划？",
  removeHelp: "它开始的轮次会保留。",
  fires: (rule) => `执行记录：${rule}`,
  firesEmpty: "还没有到过时间。",
  fireColumns: { due: "应于", outcome: "结果", reason: "原因", round: "轮次" },
  outcomes: plain({ started: "已开始", skipped: "已跳过" }),
  toRound: "打开",
};

/** @type {typeof import("../en/schedules.js").audit} */
export const audit = {
  title: "审计",
  empty: "还没有任何操作",
  emptyHelp: "谁在项目里改动了什么，都记在这里。",
  columns: { number: "编号", when: "时间", who: "谁", act: "操作", details: "详情" },
  bySelf: "服务",
  check: "检查链条",
  whole: (entries) => `全部 ${entries} 条记录都与写入时一致。`,
  broken: (number, reason) => `第 ${number} 条记录与写入时不一致：${reason}`,
};
