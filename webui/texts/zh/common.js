/** 所有页面共用的文字：框架、登录、项目列表、状态名称。 */

import { plain } from "../plain.js";

export const units = {
  seconds: (/** @type {number} */ count) => `${count} 秒`,
  minutes: (/** @type {number} */ count) => `${count} 分钟`,
  hours: (/** @type {number} */ hours, /** @type {number} */ minutes) => `${hours} 小时 ${minutes} 分钟`,
  days: (/** @type {number} */ count) => `${count} 天`,
  under: (/** @type {number} */ share) => `不到 ${share} %`,
};

export const app = {
  name: "Maskloop",
  title: (/** @type {string} */ page) => `${page} · Maskloop`,
  projects: "项目",
  signOut: "退出登录",
  theme: "浅色或深色",
  loading: "加载中",
  notFound: "此地址没有内容",
  notFoundHelp: "链接可能已过期，或者该项目没有与您共享。",
  toProjects: "返回项目列表",
  retry: "重试",
  close: "关闭",
  language: "语言",
  trail: "当前位置",
  tools: "工具",
  somethingFailed: "未能加载",
  pictureMissing: (/** @type {string} */ name) => `${name}：图片缺失`,
};

export const login = {
  title: "登录",
  working: "正在登录",
  used: "此链接已失效",
  usedHelp: "登录链接一天内有效，只能使用一次。演示程序每次启动都会打印新链接；其他人的链接由管理员创建：",
  needed: "请打开您的登录链接",
  neededHelp:
    "用一次性链接登录。演示每次启动都会打印一个；其他人的链接由管理员生成：",
  byPassword: "用密码登录",
  name: "名称",
  password: "密码",
  command: "POST /api/v1/users/{id}/login-links",
  away: "无法连接到服务",
  again: "您的会话已结束",
  againHelp: "您绘制的内容都保存在这里。请在另一个标签页打开新的登录链接，或粘贴到下面，然后继续。",
  link: "登录链接",
  atIssuer: (/** @type {string} */ host) => `使用 ${host} 登录`,
  signedIn: "您已登录",
  signedInHelp: "请回到您工作的标签页，它会自动继续。可以关闭此标签页。",
  notIn: "您尚未登录",
  issuer: {
    sign_in_stale: "此登录是在别处开始的，或已超过十分钟。请重新开始。",
    identity_refused: "登录已取消，或返回的内容无效。请重新开始。",
    email_unverified: "您的邮箱地址在那里尚未验证。请验证后重新开始。",
    unknown_person: "这里没有人使用您的邮箱地址。管理员可以用它添加您。",
    unauthenticated: "此账号已停用。管理员可以重新启用它。",
    other: "暂时无法登录。请稍后再试。",
  },
};

export const projects = {
  title: "项目",
  create: "新建项目",
  name: "名称",
  namePlaceholder: "cam-7，夜班",
  empty: "还没有项目",
  emptyHelp: "一个项目对应一个分割任务：已有标注的源图像、希望做好的目标图像，以及标注预算。",
  columns: {
    name: "项目",
    round: "轮次",
    budget: "剩余预算",
    images: "目标图像",
    miou: "目标 mIoU",
  },
  noRound: "未开始",
  open: "打开",
  label: "标注",
};

export const roundStates = plain({
  draft: "草稿",
  warming_up: "预热训练",
  acquiring: "挑选中",
  labelling: "标注中",
  retraining: "重新训练",
  evaluating: "评测中",
  closed: "已结束",
  cancelled: "已取消",
});

export const itemStates = plain({
  open: "待处理",
  leased: "处理中",
  submitted: "已提交",
  skipped: "已跳过",
  returned: "已退回",
});

export const jobKinds = plain({
  warm_up: "预热训练",
  acquire: "为候选图像打分",
  select: "挑选图像",
  replay: "重放选择",
  retrain: "重新训练",
  evaluate: "在测试集上评测",
  import: "导入",
  export: "导出",
  predict: "预测",
  onnx: "导出 ONNX",
});

export const jobStates = plain({
  queued: "等待",
  running: "运行中",
  succeeded: "完成",
  failed: "失败",
  cancelled: "已取消",
});

export const strategies = {
  entropy: "熵：模型最没有把握之处",
  margin: "边际：两个类别接近之处",
  least_confident: "最低置信度",
  region_impurity: "混杂区域：多个类别相遇且模型没有把握之处",
  class_balanced: "均衡熵：小类别与大类别同等计算",
  entropy_per_cost: "单位工作量的熵：不确定且修正省力的图像",
  core_set: "核心集：与已标注图像差别最大的图像",
  bald: "分歧：开启 dropout 的多次预测不一致之处（BALD）",
  random: "随机",
};
