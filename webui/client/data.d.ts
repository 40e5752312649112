// Images, imports, exports and settings as the lead's pages read them.

export type Split = "train" | "pool" | "validation" | "test";
export type Domain = "source" | "target";

export interface Image {
  id: string;
  project_id: string;
  name: string;
  domain: Domain;
  split: Split;
  group: string | null;
  width: number;
  height: number;
  media_type: string;
  bytes: number;
  labelled: boolean;
  score: number | null;
  left_out: string | null;
  created_at: string;
}

export interface InRound {
  round_id: string;
  number: number;
  score: number | null;
  rank: number | null;
  reason: string | null;
  item_id: string | null;
  item_state: string | null;
}

export interface Revision {
  id: string;
  revision: number;
  origin: "import" | "human" | "merged";
  author: string | null;
  created_at: string;
  changed_pixels: number | null;
  same_as: number | null;
}

export interface Formats {
  reads: string[];
  documents: string[];
  layouts: string[];
  writes: string[];
}

export interface Preview {
  images: number;
  missing: number;
  looked_at: number;
  labels: Array<{ label: string; name: string | null; pixels: number | null; class_id: number | null }>;
}

export interface ReportLine {
  file: string;
  name: string;
  outcome: "accepted" | "duplicate" | "refused";
  field: string | null;
  reason: string | null;
}

/** What a finished import says of itself. */
export interface Imported {
  accepted: number;
  duplicates: number;
  refused: number;
}

/** What a finished export says of itself. */
export interface Exported {
  export_id: string;
  format: string;
  items: number;
  bytes: number;
  losses: number;
}

export interface Token {
  id: string;
  name: string;
  scopes: string[];
  project_id: string | null;
  expires_at: string;
  created_at: string;
}

export interface Webhook {
  id: string;
  url: string;
  enabled: boolean;
  created_at: string;
}

export interface Delivery {
  id: string;
  event: string;
  state: string;
  attempts: number;
  due_at: string;
  status: number | null;
  error: string | null;
  created_at: string;
  delivered_at: string | null;
}
