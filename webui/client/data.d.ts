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
  origin: "import" | "human";
  author: string | null;
  created_at: string;
  changed_pixels: number | null;
  same_as: number | null;
}
