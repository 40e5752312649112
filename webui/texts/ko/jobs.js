/** What the pages of jobs say, in Korean. */

/** @type {typeof import("../en/jobs.js").jobs} */
export const jobs = {
  title: "작업",
  empty: "작업이 없습니다",
  emptyHelp: "가져오기, 학습, 점수 매기기, 내보내기가 진행 상황과 기록과 함께 여기에 나타납니다.",
  columns: {
    kind: "작업",
    state: "상태",
    progress: "진행",
    says: "알림",
    began: "시작",
    took: "걸린 시간",
  },
  cancel: "중지",
  download: "내려받기",
  log: "기록",
  logEmpty: "아직 기록이 없습니다.",
  losses: "손실",
  tookAll: (/** @type {string} */ time) => `${time} 걸렸습니다.`,
  loss: "손실",
  step: "단계",
  facts: "정보",
  made: "생성",
  tries: "시도",
  round: "라운드",
  toRound: "보러 가기",
  failedRound:
    "라벨, 모델, 체크포인트는 보존됩니다. 라운드는 기다리며, 다시 시도하면 마지막 체크포인트에서 이어집니다.",
  failedOther: "끝난 부분은 보존됩니다. 원인이 사라지면 다시 시작하세요.",
};
