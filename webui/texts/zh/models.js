/** What the pages of models say, in Chinese. */

import { plain } from "../plain.js";

/** @type {typeof import("../en/models.js").models} */
export const models = {
  title: "模型",
  name: (version) => `模型 ${version}`,
  empty: "还没有模型",
  emptyHelp: "第一轮的预热训练出第一个模型；之后每一轮都重新训练。",
  serves: "使用中",
  columns: {
    version: "模型",
    stage: "训练阶段",
    labels: "标注",
    validation: "验证 mIoU",
    test: "测试 mIoU",
    took: "训练用时",
    made: "建立",
  },
  splits: plain({ validation: "在验证集上", test: "在测试集上" }),
  promote: "使用它",
  rollBack: "回退",
  rollBackSure: "重新使用之前的模型？",
  rollBackHelp: "预测和下一轮立即从之前的模型开始。什么都不会删除。",
  decisions: "谁被使用过，为什么",
  outcomes: plain({ promoted: "已启用", refused: "已拒绝", rolled_back: "已回退" }),
  bySelf: "自动",
  perClass: "各类 IoU",
  notMeasured: "还没有测量：需要验证集或测试集里有标注的图像。",
  against: (version) => `与模型 ${version} 相比`,
  files: "文件",
  onnx: "写成 ONNX",
  predict: "预测",
  folder: "服务器上的文件夹或 s3://bucket/prefix",
  folderHelp: "留空为项目的图像池。文件夹的掩码会打包成一个文件。",
  predictNow: "开始预测",
};
