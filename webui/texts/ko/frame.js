/** 프로젝트 페이지의 틀, 표와 확인 창의 글: 한국어. */

import { plain } from "../plain.js";

export const frame = {
  tabs: "프로젝트 페이지",
  tab: plain({
    overview: "개요",
    images: "이미지",
    rounds: "라운드",
    budget: "예산",
    people: "사람",
    models: "모델",
    schedules: "일정",
    jobs: "작업",
    audit: "감사",
    data: "데이터",
    settings: "설정",
  }),
};

export const table = {
  more: "더 보기",
  loading: "더 불러오는 중",
  none: "맞는 것이 없습니다",
  noneHelp: "필터를 지우면 더 보입니다.",
  clear: "모두 보기",
  any: "전체",
  filters: "필터",
  sortedBy: "정렬",
  ascending: "오름차순",
  descending: "내림차순",
};

export const sheet = {
  cancel: "그대로 두기",
  typeName: (/** @type {string} */ word) => `계속하려면 “${word}”을(를) 입력하세요`,
};
