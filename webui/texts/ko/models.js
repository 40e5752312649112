/** What the pages of models say, in Korean. */

import { plain } from "../plain.js";

/** @type {typeof import("../en/models.js").models} */
export const models = {
  title: "모델",
  name: (version) => `모델 ${version}`,
  empty: "아직 모델이 없습니다",
  emptyHelp: "첫 라운드의 준비 학습이 첫 모델을 만들고, 그 뒤 라운드마다 다시 학습합니다.",
  serves: "사용 중",
  columns: {
    version: "모델",
    stage: "학습 단계",
    labels: "라벨",
    validation: "검증 mIoU",
    test: "테스트 mIoU",
    took: "학습 시간",
    made: "생성",
  },
  splits: plain({ validation: "검증 기준", test: "테스트 기준" }),
  promote: "사용하기",
  rollBack: "되돌리기",
  rollBackSure: "이전 모델을 다시 사용할까요?",
  rollBackHelp: "예측과 다음 라운드는 곧바로 이전 모델에서 시작합니다. 아무것도 삭제되지 않습니다.",
  decisions: "사용 기록과 이유",
  outcomes: plain({ promoted: "승격", refused: "거부", rolled_back: "되돌림" }),
  bySelf: "자동",
  perClass: "클래스별 IoU",
  notMeasured: "아직 측정되지 않았습니다. 검증이나 테스트에 라벨이 있는 이미지가 필요합니다.",
  against: (version) => `모델 ${version} 대비 변화`,
  files: "파일",
  onnx: "ONNX로 쓰기",
  predict: "예측",
  folder: "서버의 폴더 또는 s3://bucket/prefix",
  folderHelp: "비워 두면 프로젝트의 풀입니다. 폴더의 마스크는 압축 파일로 나옵니다.",
  predictNow: "예측하기",
};
