// What the API says of a project's evidence (v1).

import type { Job, LabelClass, Metrics, Round } from "./types.d.ts";

export interface Span {
  low: number;
  middle: number;
  high: number;
}

export interface Advice {
  ahead: number;
  labels: number;
  score: number;
  worth: Span;
  next_score: Span;
  share_of_plateau: number;
  minutes: number | null;
}

export interface CurrentAdvice {
  advice: Advice | null;
  record: { answered: number; held: number };
}

export interface Forecast {
  id: string;
  split: string;
  labels: number;
  score: number;
  ahead: number;
  forecast: Span;
  minutes: number | null;
  answer: { labels: number; score: number; forecast: Span; held: boolean } | null;
}

export interface Measurement {
  version: number;
  split: string;
  images: number;
  classes: LabelClass[];
  confusion: number[][];
  calibration: Array<{ confidence: number; accuracy: number; share: number }>;
  calibration_error: number | null;
}

export interface Worst {
  split: string | null;
  images: Array<{ image_id: string; name: string; agreement: number }>;
}

export interface Evidence {
  effort_saved: { share: number; low: number; high: number; blank: number; prefilled: number } | null;
  pseudo_labels: Array<{ round: number; images: number; accuracy: number }>;
  confusions: Array<{ true: string; guessed: string; pixels: number; share: number }>;
}

export interface Throughput {
  items: Record<string, number>;
  labels: number;
  per_hour: number | null;
  finish_at: string | null;
  people: Array<{ name: string; labels: number; per_hour: number | null; holds: number }>;
}

export interface ReportItem {
  item_id: string;
  image_id: string;
  name: string;
}

export interface Report {
  project_name: string;
  round: Round & { config: Record<string, unknown>; jobs: Job[] };
  cost: {
    people: number;
    minutes: number | null;
    pixels: number;
    changed_pixels: number;
    strokes: number;
    clicks: number;
    undos: number;
    spent: Record<string, number>;
    machine_seconds: number;
  };
  metrics: Metrics;
  model: { id: string; version: number; labels_spent: number } | null;
  against: { id: string; version: number; labels_spent: number } | null;
  changes: Array<{ id: number; name: string; before: number | null; after: number | null }>;
  decision: { outcome: "promoted" | "refused"; reason: string } | null;
  forecast: Forecast | null;
  worst: Array<ReportItem & { changed_share: number; iou: number | null }>;
  confused: Array<ReportItem & { said: string; true: string; pixels: number; share: number }>;
  hashes: {
    manifest: string | null;
    snapshot: string | null;
    configuration: string | null;
    code_version: string | null;
  };
}
