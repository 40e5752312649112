// The API's answers about people, schedules and acts, as the lead's pages read them (v1).

import type { Role, User } from "./types.d.ts";

export interface Member {
  user: User;
  role: Role;
  created_at: string;
}

export interface Person {
  user_id?: string;
  name: string;
  labels: number;
  skipped: number;
  minutes?: number;
  median_seconds: number | null;
  changed_share: number | null;
  returned_share?: number | null;
  hidden?: { items: number; mean: number; low: number; high: number; flagged_after: number | null } | null;
  agreement?: { people: number; images: number; miou: number; kappa: number | null } | null;
}

export interface Link {
  url_path: string;
  expires_at: string;
}

export interface Account extends User {
  disabled_at: string | null;
}

export interface Schedule {
  id: string;
  kind: "cron" | "labels" | "budget";
  cron: string | null;
  timezone: string;
  every: number | null;
  used_share: number | null;
  quiet_since: string | null;
  quiet_until: string | null;
  next_fire_at: string | null;
  round: {
    k?: number;
    percent?: number;
    whole_budget?: boolean;
    strategy?: string;
    seed?: number;
    config?: Record<string, unknown>;
  };
  enabled: boolean;
  version: number;
}

export interface RoundCost {
  k: number;
  labels: number;
  people: number;
  several: number;
  validation: number;
  hidden: number;
  groups: number;
  unlabelled: number;
  left: number;
  money: number | null;
  currency: string | null;
}

export interface RoundChange {
  number: number;
  act: string;
  state: string;
  reason: string;
  actor: string | null;
  at: string;
}

export interface Replayed {
  equal: boolean;
  candidates: number;
  sha256: string;
  replayed_sha256: string;
  differences: string[];
}

export interface Fire {
  due_at: string;
  missed: number;
  outcome: "started" | "skipped";
  reason: string;
  round_id: string | null;
  at: string;
}

export interface Act {
  id: string;
  act: string;
  actor: string | null;
  subject: string;
  details: Record<string, unknown>;
  at: string;
  number: number;
}

export interface ChainCheck {
  entries: number;
  broken_at: number | null;
  reason: string | null;
}
