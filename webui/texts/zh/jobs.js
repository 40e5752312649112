/** What the pages of jobs say, in Chinese. */

/** @type {typeof import("../en/jobs.js").jobs} */
export const jobs = {
  title: "作业",
  empty: "这里没有作业",
  emptyHelp: "导入、训练、打分和导出会带着进度和日志出现在这里。",
  columns: {
    kind: "作业",
    state: "状态",
    progress: "进度",
    says: "消息",
    began: "开始",
    took: "用时",
  },
  cancel: "停止",
  download: "下载",
  log: "日志",
  logEmpty: "它还没有说什么。",
  losses: "损失",
  tookAll: (/** @type {string} */ time) => `用时 ${time}。`,
  loss: "损失",
  step: "步",
  facts: "关于它",
  made: "建立",
  tries: "尝试次数",
  round: "轮次",
  toRound: "前往查看",
  failedRound: "标注、模型和检查点都保留。轮次在等待：重试会从最后一个检查点继续。",
  failedOther: "已完成的部分保留。原因消除后再次开始即可。",
};
