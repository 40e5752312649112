/** 项目依据的文字。 */

import { whole } from "../../format.js";
import { plain } from "../plain.js";

/** @typedef {{low: number, middle: number, high: number}} Span */

/** @param {number} share */
const points = (share) => (Math.abs(share) * 100).toFixed(1);

/** @param {number} share */
const signed = (share) => `${share < 0 ? "−" : "+"}${points(share)}`;

export const evidence = {
  worth: (/** @type {number} */ ahead, /** @type {Span} */ { low, middle, high }, /** @type {number | null} */ minutes) =>
    `接下来的 ${ahead} 个标注约值 ${signed(middle)}（${points(low)} 至 ${points(high)}）${minutes === null ? "" : `，${whole(minutes)} 分钟`}。`,
  plateau: (/** @type {string} */ share) => `目前处于平台值的 ${share}。`,
  silent: (/** @type {number} */ missing) => `评测过三轮之后才会说明下一批标注的价值：还差 ${missing} 轮。`,
  curve: "mIoU 随投入的变化",
  miou: "mIoU，%",
  against: "横轴",
  axes: { labels: "标注", minutes: "分钟", pixels: "像素" },
  axisLabels: { labels: "已用标注", minutes: "人工分钟", pixels: "已标注像素（百万）" },
  untimed: "还没有记录过用时。",
  band: "曲线所在的范围（90 %），向前 10 个标注",
  noBand: "评测过三轮之后，曲线会有区间。",
  lines: plain({ source_only: "仅源域", full_labels: "全部标注" }),
  ownModel: (/** @type {number} */ version) => `本项目评测，模型 ${version}`,
  compare: "与别处的数值比较",
  compareHelp: "没有见过目标图像的模型，或见过全部标注的模型。本项目自己评测的数值优先。",
  line: "线",
  lineScore: "测试 mIoU，%",
  origin: "出处",
  originExample: "去年的模型，全部 2,000 个标注",
  addLine: "显示",
  worst: "最差之处",
  worstEmpty: "每次评测之后，模型与标注差别最大的三张图像会出现在这里：看一眼就知道接下来该标什么。",
  worstAside: (/** @type {string} */ split) => `与${split}标注的一致率`,
  measuredOn: "评测对象",
  splits: plain({ validation: "验证", test: "测试" }),
  modelsMask: (/** @type {string} */ name) => `${name}：模型的掩膜`,
  differs: (/** @type {string} */ name) => `${name}：模型与标注不同之处`,
  forecasts: "预测与实际",
  forecastsEmpty: "从第三个评测过的轮次起，每个预测都会保留，并放在实际结果旁边，无论对错。",
  forecastColumns: { made: "预测时", forecast: "预测，90 %", happened: "实测", verdict: "结论" },
  madeAt: (/** @type {number} */ labels, /** @type {string} */ score) => `${whole(labels)} 个标注，${score}`,
  atLabels: (/** @type {number} */ labels) => `${labels} 个标注时`,
  span: (/** @type {Span} */ { low, middle, high }) => `${points(middle)}（${points(low)} 至 ${points(high)}）`,
  held: (/** @type {number} */ held, /** @type {number} */ of) => `${of} 个中 ${held} 个在区间内`,
  inside: "区间内",
  outside: "区间外",
  notYet: "尚未评测",
  calibration: "有多确信就有多准确吗？",
  calibrationEmpty: "下一次评测会比较模型的确信程度与实际正确率。",
  confidence: "确信程度",
  rightness: "正确的比例",
  ece: (/** @type {string} */ error) => `校准误差 ${error}`,
  overconfident: (/** @type {string} */ gap) => `总体上，确信程度比正确率高 ${gap}。`,
  underconfident: (/** @type {string} */ gap) => `总体上，正确率比确信程度高 ${gap}。`,
  confusion: "容易混淆的类别",
  confusionEmpty: "第一次评测之后，被误认的类别会出现在这里。",
  ofTrue: "占真实类别的比例",
  takenFor: (/** @type {string} */ truth, /** @type {string} */ guess) => `${truth} 被认作 ${guess}`,
  matrix: "完整矩阵",
  matrixHelp: "行：真实类别。列：模型的判断。占该行的百分比。",
  pace: "速度",
  paceEmpty: "有标注提交之后，这里会显示每个人的速度，以及队列何时清空。",
  perHour: "每小时标注",
  waiting: "等待中",
  finish: "按此速度完成",
  paceColumns: { who: "人员", lastHour: "过去一小时", active: "每工作小时", holds: "手中" },
  saved: (/** @type {string} */ share, /** @type {string} */ low, /** @type {string} */ high) =>
    `显示模型的掩膜可节省 ${share} 的时间（90 %：${low} 至 ${high}）。`,
  savedUnknown: "有三张图像从空白开始之后，才知道显示模型的掩膜能节省多少时间。",
  pseudo: (/** @type {string} */ accuracy, /** @type {number} */ round) =>
    `第 ${round} 轮中，人们保留了其 ${accuracy} 的像素。`,
};
