/** 项目页面的框架、表格和确认窗的文字：中文。 */

import { plain } from "../plain.js";

export const frame = {
  tabs: "项目页面",
  tab: plain({
    overview: "概览",
    images: "图像",
    rounds: "轮次",
    budget: "预算",
    people: "成员",
    models: "模型",
    schedules: "计划",
    jobs: "任务",
    audit: "审计",
    data: "数据",
    settings: "设置",
  }),
};

export const table = {
  more: "显示更多",
  loading: "正在加载更多",
  none: "没有符合的内容",
  noneHelp: "去掉一个筛选条件可看到更多。",
  clear: "显示全部",
  any: "全部",
  filters: "筛选",
  sortedBy: "排序",
  ascending: "升序",
  descending: "降序",
};

export const sheet = {
  cancel: "保持原样",
  typeName: (/** @type {string} */ word) => `输入“${word}”以继续`,
};
