/** 프로젝트의 근거를 말하는 글. */

import { whole } from "../../format.js";
import { plain } from "../plain.js";

/** @typedef {{low: number, middle: number, high: number}} Span */

/** @param {number} share */
const points = (share) => (Math.abs(share) * 100).toFixed(1);

/** @param {number} share */
const signed = (share) => `${share < 0 ? "−" : "+"}${points(share)}`;

export const evidence = {
  worth: (/** @type {number} */ ahead, /** @type {Span} */ { low, middle, high }, /** @type {number | null} */ minutes) =>
    `다음 라벨 ${ahead}개의 가치는 약 ${signed(middle)} (${points(low)}~${points(high)})${minutes === null ? "" : `, ${whole(minutes)}분`}입니다.`,
  plateau: (/** @type {string} */ share) => `지금 한계치의 ${share}에 있습니다.`,
  silent: (/** @type {number} */ missing) =>
    `다음 라벨의 가치는 라운드를 세 번 측정한 뒤에 알립니다. ${missing}번 남았습니다.`,
  curve: "들인 것에 따른 mIoU",
  miou: "mIoU, %",
  against: "가로축",
  axes: { labels: "라벨", minutes: "분", pixels: "픽셀" },
  axisLabels: { labels: "쓴 라벨", minutes: "사람이 일한 분", pixels: "라벨링한 픽셀(백만)" },
  untimed: "아직 기록된 시간이 없습니다.",
  band: "곡선이 있을 범위(90 %), 라벨 10개 앞까지",
  noBand: "라운드를 세 번 측정하면 곡선에 구간이 생깁니다.",
  lines: plain({ source_only: "소스만", full_labels: "모든 라벨" }),
  ownModel: (/** @type {number} */ version) => `여기서 측정, 모델 ${version}`,
  compare: "다른 곳의 수치와 비교",
  compareHelp:
    "타깃 이미지를 하나도 보지 않은 모델, 또는 모든 이미지의 라벨을 본 모델입니다. 이 프로젝트가 직접 측정한 값이 우선합니다.",
  line: "선",
  lineScore: "테스트 mIoU, %",
  origin: "출처",
  originExample: "작년 모델, 라벨 2,000개 모두",
  addLine: "표시",
  worst: "가장 나쁜 곳",
  worstEmpty: "측정할 때마다 모델과 라벨이 가장 다른 이미지 세 장이 여기에 섭니다. 다음에 무엇을 라벨링할지 보입니다.",
  worstAside: (/** @type {string} */ split) => `${split} 라벨과의 일치율`,
  measuredOn: "측정 대상",
  splits: plain({ validation: "검증", test: "테스트" }),
  modelsMask: (/** @type {string} */ name) => `${name}: 모델의 마스크`,
  differs: (/** @type {string} */ name) => `${name}: 모델과 라벨이 다른 곳`,
  forecasts: "예측과 실제",
  forecastsEmpty: "세 번째로 측정한 라운드부터 모든 예측을 남겨, 맞든 틀리든 실제 결과 옆에 둡니다.",
  forecastColumns: { made: "예측한 때", forecast: "예측, 90 %", happened: "측정", verdict: "판정" },
  madeAt: (/** @type {number} */ labels, /** @type {string} */ score) => `라벨 ${whole(labels)}개, ${score}`,
  atLabels: (/** @type {number} */ labels) => `라벨 ${labels}개`,
  span: (/** @type {Span} */ { low, middle, high }) => `${points(middle)} (${points(low)}~${points(high)})`,
  held: (/** @type {number} */ held, /** @type {number} */ of) => `${of}개 중 ${held}개 구간 안`,
  inside: "구간 안",
  outside: "구간 밖",
  notYet: "측정 전",
  calibration: "확신하는 만큼 맞는가?",
  calibrationEmpty: "다음 측정에서 모델의 확신과 실제로 맞은 비율을 비교합니다.",
  confidence: "확신 정도",
  rightness: "맞은 비율",
  ece: (/** @type {string} */ error) => `보정 오차 ${error}`,
  overconfident: (/** @type {string} */ gap) => `전체로 보아 맞는 것보다 ${gap} 더 확신합니다.`,
  underconfident: (/** @type {string} */ gap) => `전체로 보아 확신보다 ${gap} 더 자주 맞습니다.`,
  confusion: "혼동하는 것",
  confusionEmpty: "첫 측정 뒤, 다른 클래스로 잘못 보는 클래스가 여기에 섭니다.",
  ofTrue: "실제 클래스 중 비율",
  takenFor: (/** @type {string} */ truth, /** @type {string} */ guess) => `${truth} → ${guess}`,
  matrix: "전체 행렬",
  matrixHelp: "행: 실제 클래스. 열: 모델의 답. 행에 대한 백분율.",
  pace: "속도",
  paceEmpty: "라벨이 들어오면 누가 얼마나 빠른지, 대기열이 언제 비는지 여기에 나옵니다.",
  perHour: "시간당 라벨",
  waiting: "대기",
  finish: "이 속도면 끝",
  paceColumns: { who: "누구", lastHour: "지난 한 시간", active: "작업 시간당", holds: "작업 중" },
  saved: (/** @type {string} */ share, /** @type {string} */ low, /** @type {string} */ high) =>
    `모델의 마스크를 보이면 시간을 ${share} 아낍니다 (90 %: ${low}~${high}).`,
  savedUnknown: "빈 상태로 시작한 이미지가 세 장 되면 모델의 마스크가 아끼는 시간을 알 수 있습니다.",
  pseudo: (/** @type {string} */ accuracy, /** @type {number} */ round) =>
    `라운드 ${round}에서 사람들은 픽셀의 ${accuracy}를 그대로 두었습니다.`,
};
