/** What every desk can have open or going on: the correction desk, the review desk, the tour. */

import { signal } from "../../vendor/preact.js";

export class Switches {
  isBusy = signal(false);
  panelsShown = signal(true);
  keysShown = signal(false);
  searching = signal(false);
  /** Asked by the key of "skip": for a reason here, for the place of a remark at the review desk. */
  skipping = signal(false);
  isPanning = signal(false);
}
