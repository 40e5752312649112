/** What the pages of schedules and of acts say, in Korean. */

import { plain } from "../plain.js";

/** @type {typeof import("../en/schedules.js").schedules} */
export const schedules = {
  title: "일정",
  empty: "아직 일정이 없습니다",
  emptyHelp: "일정은 라운드를 저절로 시작합니다. 정해진 시각에, 새 라벨이 모이면, 또는 예산을 쓰면 시작합니다.",
  make: "새 일정",
  kind: "라운드 시작 조건",
  kinds: plain({ cron: "정해진 시각", labels: "새 라벨이 모이면", budget: "예산을 쓰면" }),
  cron: "시각",
  cronHelp: "분, 시, 일, 월, 요일 순서입니다. “0 6 * * 1”은 매주 월요일 6시입니다.",
  timezone: "시간대",
  every: "새 라벨 수",
  used: "사용 비율(%)",
  quietSince: "조용한 시간 시작",
  quietUntil: "조용한 시간 끝",
  quietHelp: "이 사이에는 저절로 시작하지 않습니다.",
  asks: "라운드의 라벨 수",
  chosenBy: "선택 방법",
  save: "일정 만들기",
  byCron: (cron, zone) => `${cron} (${zone})`,
  byLabels: (every) => `새 라벨 ${every}개마다`,
  byBudget: (share) => `예산의 ${share} 사용 시`,
  columns: { rule: "조건", asks: "요청", next: "다음(내 시간)", quiet: "조용한 시간", on: "켜짐", acts: "동작" },
  share: (percent) => `풀의 ${percent} %`,
  wholeBudget: "예산 전부",
  labels: (count) => `라벨 ${count}개`,
  unforeseen: "시각과 무관",
  isOff: "꺼짐",
  on: (rule) => `켜기: ${rule}`,
  log: "기록",
  remove: "삭제",
  removeSure: "이 일정을 삭제할까요?",
  removeHelp: "이 일정이 시작한 라운드는 남습니다.",
  fires: (rule) => `실행 기록: ${rule}`,
  firesEmpty: "아직 때가 된 적이 없습니다.",
  fireColumns: { due: "예정", outcome: "결과", reason: "이유", round: "라운드" },
  outcomes: plain({ started: "시작함", skipped: "건너뜀" }),
  toRound: "열기",
};

/** @type {typeof import("../en/schedules.js").audit} */
export const audit = {
  title: "감사",
  empty: "아직 한 일이 없습니다",
  emptyHelp: "프로젝트에서 무언가를 바꾸면 여기에 기록됩니다.",
  columns: { number: "번호", when: "시각", who: "누가", act: "행위", details: "내용" },
  bySelf: "서비스",
  check: "사슬 확인",
  whole: (entries) => `기록 ${entries}개가 모두 처음 그대로입니다.`,
  broken: (number, reason) => `${number}번 기록이 처음과 다릅니다: ${reason}`,
};
