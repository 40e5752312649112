// The API's answers as the pages read them (v1). Kept by hand until they are made from OpenAPI.

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  fields?: Array<{ name: string; message: string }>;
  request_id?: string;
  draft_id?: string;
  current?: string;
  ended?: string;
  holder?: string | null;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface User {
  id: string;
  name: string;
  display_name: string | null;
  is_admin: boolean;
}

export interface Session {
  user: User;
  expires_at?: string;
}

export type Role = "lead" | "reviewer" | "annotator";

export interface LabelClass {
  id: number;
  name: string;
  colour: string;
}

export interface ClassList {
  version: number;
  classes: LabelClass[];
}

export interface Budget {
  unit: string;
  granted: number;
  reserved: number;
  spent: number;
  left: number;
}

export interface Project {
  id: string;
  name: string;
  description?: string | null;
  created_at: string;
  role?: Role | null;
  classes?: ClassList | null;
  counts?: {
    source: number;
    source_labelled: number;
    pool: number;
    pool_labelled: number;
    validation: number;
    test: number;
  };
  budget?: Budget | null;
  current_round?: Round | null;
  latest_model?: Model | null;
}

export type RoundState =
  | "draft"
  | "warming_up"
  | "acquiring"
  | "labelling"
  | "retraining"
  | "evaluating"
  | "closed"
  | "cancelled";

export interface Round {
  id: string;
  project_id: string;
  number: number;
  state: RoundState;
  paused_reason?: string | null;
  k: number;
  strategy: string;
  seed: number;
  recipe?: string;
  config?: Record<string, unknown>;
  created_at: string;
  started_at?: string | null;
  closed_at?: string | null;
  items?: { total: number; open: number; leased: number; submitted: number; skipped: number; returned: number };
  jobs?: Job[];
  spent?: { labels: number; planned: number; seconds: number | null };
  miou?: number | null;
  reason?: string | null;
  version?: number;
}

export type JobState = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface Job {
  id: string;
  kind: string;
  state: JobState;
  part?: number | null;
  attempt?: number;
  progress?: number | null;
  message?: string | null;
  eta_seconds?: number | null;
  error?: string | null;
  result?: Record<string, unknown> | null;
  created_at: string;
  started_at?: string | null;
  finished_at?: string | null;
  project_id?: string | null;
  round_id?: string | null;
}

export interface Lease {
  id: string;
  fence: number;
  expires_at: string;
  seconds_left: number;
  user?: User | string | null;
}

export interface Item {
  id: string;
  project_id: string;
  round_id: string;
  image: { id: string; name: string; width: number; height: number; group?: string | null };
  rank: number;
  of: number;
  score: number | null;
  state: string;
  blank?: boolean;
  skip_reason?: string | null;
  class_list: ClassList;
  has_superpixels: boolean;
  has_second: boolean;
  /** Boxes asked for: top, left, bottom, right. */
  regions?: Array<[number, number, number, number]>;
  lease: Lease | null;
  mask_revision?: number | null;
  returned?: Returned | null;
  taken_from?: string | null;
}

export interface Remark {
  x: number;
  y: number;
  text: string;
}

export interface Returned {
  reviewer: string;
  remarks: Remark[];
  created_at: string;
}

export interface LateDraft {
  item_id: string;
  image: string;
  updated_at: string;
}

export interface Submission {
  item_id: string;
  mask_id: string;
  revision: number;
  changed_pixels: number;
  changed_share: number;
  by_class: Array<{ from: number; to: number; pixels: number }>;
  iou: number | null;
  budget: Budget;
}

export interface ClassScore {
  id: number;
  name: string;
  iou: number | null;
}

export interface Scores {
  split: string;
  images: number;
  miou: number | null;
  per_class: ClassScore[];
}

export interface Model {
  id: string;
  version: number;
  project_id?: string;
  round_id?: string | null;
  kind: "warm_up" | "retrain";
  created_at: string;
  files?: Record<string, string>;
  labels_spent?: number;
  seconds?: number;
  serving?: boolean;
  evaluations?: Scores[];
}

export interface Promotion {
  id: string;
  model_id: string;
  version: number;
  outcome: string;
  reason: string;
  actor: string | null;
  at: string;
}

export type MeasuredSplit = "test" | "validation";

export interface Metrics {
  split: MeasuredSplit;
  rounds: Array<{
    number: number;
    round_id: string;
    stage: "warm_up" | "retrain";
    labels_spent: number;
    minutes_spent: number | null;
    pixels_spent: number;
    test: Scores | null;
    validation: Scores | null;
    seconds?: number | null;
    changed_pixels?: number | null;
    changed_share?: number | null;
  }>;
  band: Array<{ labels: number; minutes: number | null; pixels: number; low: number; middle: number; high: number }>;
  references: Array<{ kind: string; miou: number; origin: string | null; model_version: number | null }>;
}

export interface Submitted {
  item_id: string;
  round_id: string;
  state: string;
  approved_at: string | null;
  image: Item["image"];
  mask_id: string;
  revision: number;
  author: User;
  created_at: string;
  changed_pixels: number | null;
  active_seconds: number | null;
  strokes: number | null;
  clicks: number | null;
  undos: number | null;
  confusion: Array<[number, number, number]> | null;
  iou: number | null;
}

export interface Review {
  id: string;
  verdict: "approved" | "returned" | "fixed";
  reviewer: string;
  remarks: Remark[];
  created_at: string;
}
