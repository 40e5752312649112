/** 모든 화면에 공통인 글: 틀, 로그인, 프로젝트 목록, 상태의 이름. */

import { plain } from "../plain.js";

export const units = {
  seconds: (/** @type {number} */ count) => `${count}초`,
  minutes: (/** @type {number} */ count) => `${count}분`,
  hours: (/** @type {number} */ hours, /** @type {number} */ minutes) => `${hours}시간 ${minutes}분`,
  days: (/** @type {number} */ count) => `${count}일`,
  under: (/** @type {number} */ share) => `${share} % 미만`,
};

export const app = {
  name: "Maskloop",
  title: (/** @type {string} */ page) => `${page} · Maskloop`,
  projects: "프로젝트",
  signOut: "로그아웃",
  theme: "밝게 또는 어둡게",
  loading: "불러오는 중",
  notFound: "이 주소에는 아무것도 없습니다",
  notFoundHelp: "링크가 오래되었거나 공유되지 않은 프로젝트일 수 있습니다.",
  toProjects: "프로젝트 목록으로",
  retry: "다시 시도",
  close: "닫기",
  language: "언어",
  trail: "현재 위치",
  tools: "도구",
  somethingFailed: "불러오지 못했습니다",
  pictureMissing: (/** @type {string} */ name) => `${name}: 그림이 없습니다`,
};

export const login = {
  title: "로그인",
  working: "로그인하는 중",
  used: "이 링크는 더 이상 쓸 수 없습니다",
  usedHelp:
    "로그인 링크는 하루 동안 한 번만 쓸 수 있습니다. 데모는 시작할 때마다 새 링크를 출력하고, 다른 사람의 링크는 관리자가 만듭니다:",
  needed: "로그인 링크를 여세요",
  neededHelp:
    "일회용 링크로 로그인합니다. 데모는 시작할 때마다 링크를 출력하고, 다른 사람에게는 관리자가 만들어 줍니다:",
  byPassword: "비밀번호로 로그인",
  name: "이름",
  password: "비밀번호",
  command: "POST /api/v1/users/{id}/login-links",
  away: "서비스에 연결할 수 없습니다",
  again: "세션이 끝났습니다",
  againHelp:
    "그린 것은 모두 여기에 보관되어 있습니다. 새 로그인 링크를 다른 탭에서 열거나 아래에 붙여 넣고 계속하세요.",
  link: "로그인 링크",
  atIssuer: (/** @type {string} */ host) => `${host}(으)로 로그인`,
  signedIn: "로그인했습니다",
  signedInHelp: "작업하던 탭으로 돌아가면 그대로 이어집니다. 이 탭은 닫아도 됩니다.",
  notIn: "로그인되지 않았습니다",
  issuer: {
    sign_in_stale: "다른 곳에서 시작했거나 10분이 넘은 로그인입니다. 다시 시작하세요.",
    identity_refused: "로그인이 취소되었거나 받은 응답이 올바르지 않습니다. 다시 시작하세요.",
    email_unverified: "그곳에서 이메일 주소가 확인되지 않았습니다. 확인한 뒤 다시 시작하세요.",
    unknown_person: "이 주소를 쓰는 사람이 여기에 없습니다. 관리자가 이 주소로 추가할 수 있습니다.",
    unauthenticated: "이 계정은 사용 중지되었습니다. 관리자가 다시 열 수 있습니다.",
    other: "지금은 로그인하지 못했습니다. 잠시 후 다시 시도하세요.",
  },
};

export const projects = {
  title: "프로젝트",
  create: "새 프로젝트",
  name: "이름",
  namePlaceholder: "cam-7, 야간",
  empty: "아직 프로젝트가 없습니다",
  emptyHelp:
    "프로젝트 하나는 분할 작업 하나입니다. 이미 라벨이 있는 소스 이미지, 잘하고 싶은 타깃 이미지, 라벨 예산으로 이루어집니다.",
  columns: {
    name: "프로젝트",
    round: "라운드",
    budget: "남은 예산",
    images: "타깃 이미지",
    miou: "타깃 mIoU",
  },
  noRound: "시작 전",
  open: "열기",
  label: "라벨링",
};

export const roundStates = plain({
  draft: "초안",
  warming_up: "준비 학습",
  acquiring: "고르는 중",
  labelling: "라벨링",
  retraining: "재학습",
  evaluating: "측정 중",
  closed: "종료",
  cancelled: "취소됨",
});

export const itemStates = plain({
  open: "대기",
  leased: "작업 중",
  submitted: "제출됨",
  skipped: "건너뜀",
  returned: "돌려보냄",
});

export const jobKinds = plain({
  warm_up: "준비 학습",
  acquire: "후보 점수 매기기",
  select: "이미지 고르기",
  replay: "선택 재현",
  retrain: "재학습",
  evaluate: "테스트 측정",
  import: "가져오기",
  export: "내보내기",
  predict: "예측",
  onnx: "ONNX 내보내기",
});

export const jobStates = plain({
  queued: "대기",
  running: "실행 중",
  succeeded: "완료",
  failed: "실패",
  cancelled: "취소됨",
});

export const strategies = {
  entropy: "엔트로피: 모델이 가장 확신하지 못하는 곳",
  margin: "마진: 두 클래스가 비슷한 곳",
  least_confident: "최소 신뢰도",
  region_impurity: "섞인 영역: 여러 클래스가 만나고 모델이 확신하지 못하는 곳",
  class_balanced: "균형 엔트로피: 작은 클래스도 큰 클래스만큼 셉니다",
  entropy_per_cost: "노력당 엔트로피: 교정이 적게 드는 불확실한 이미지",
  core_set: "코어셋: 이미 라벨된 것과 가장 다른 이미지",
  bald: "불일치: 드롭아웃을 켠 예측들이 서로 다른 곳 (BALD)",
  random: "무작위",
};
