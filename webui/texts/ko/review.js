/** 검토 데스크와 둘러보기의 글. */

import { duration, percent, whole } from "../../format.js";

export const review = {
  title: (/** @type {string} */ project) => `${project}: 검토 데스크`,
  open: "검토",
  place: (/** @type {number} */ index, /** @type {number} */ of) => `대기 ${of}개 중 ${index}번`,
  by: (/** @type {string} */ name) => `${name} 님`,
  approve: "승인",
  fix: "고쳐서 승인",
  giveBack: "돌려보내기",
  next: "다음",
  previous: "이전",
  approved: "승인했습니다.",
  fixed: "고친 버전을 저장하고 승인했습니다.",
  returned: (/** @type {string} */ name) => `${name} 님에게 돌려보냈습니다. 가장 먼저 나타납니다.`,
  needsRemark: "먼저 의견을 꽂으세요: 이미지에서 그 자리를 누릅니다.",
  empty: "검토를 기다리는 것이 없습니다",
  emptyHelp: "다른 사람이 제출한 마스크가 오래된 것부터 여기에 나타납니다.",
  compare: "비교",
  pairs: { author: "사람과 모델", mine: "나와 사람", all: "나와 모델" },
  effort: "들인 노력",
  changed: (/** @type {number} */ pixels, /** @type {number} */ share) =>
    `${whole(pixels)} px, ${percent(share)}`,
  changedName: "바뀐 픽셀",
  iou: "모델과의 IoU",
  atWork: "작업 시간",
  seconds: (/** @type {number} */ seconds) => duration(seconds),
  acts: "획, 클릭, 실행 취소",
  unknown: "보고되지 않음",
  mostly: "주로",
  remarks: "의견",
  pin: "의견 꽂기",
  pinHelp: "그림에서 자리를 누르세요.",
  remark: (/** @type {number} */ number) => `의견 ${number}`,
  remarkText: "여기서 할 일",
  removeRemark: (/** @type {number} */ number) => `의견 ${number} 지우기`,
  noRemarks: "아직 의견이 없습니다.",
  returnedBy: (/** @type {string} */ name) => `${name} 님이 돌려보냄`,
  history: "이전 판정",
  verdicts: { approved: "승인", returned: "돌려보냄", fixed: "고쳐서 승인" },
  verdict: (/** @type {string} */ name, /** @type {string} */ verdict, /** @type {number} */ count) =>
    count === 0 ? `${name} 님: ${verdict}` : `${name} 님: ${verdict}, 의견 ${whole(count)}개`,
};

export const tour = {
  title: "1분 연습",
  toDesk: "이미지로 돌아가기",
  leave: "둘러보기 그만두기",
  offer: "처음이신가요? 연습 이미지로 1분이면 데스크를 알 수 있습니다.",
  start: "보여 주세요",
  notNow: "나중에",
  classes: ["도로", "건물", "나무", "하늘", "자동차"],
  steps: "해 보기",
  todo: {
    fly: "모델이 가장 확신하지 못하는 곳으로 가기",
    choose: "자동차 클래스 고르기",
    fix: "건물로 잘못 본 자동차 부분을 칠하기",
    undo: "마지막 획 되돌리기",
    compare: "무엇을 바꿨는지 보기",
    submit: "제출하기: 다음 이미지가 바로 열립니다",
  },
  done: "이게 전부입니다",
  doneHelp: (/** @type {string} */ right) =>
    `이제 이 이미지의 ${right}가 맞습니다. ?를 누르면 모든 키가 보입니다.`,
};
