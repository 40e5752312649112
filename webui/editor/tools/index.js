/** All tools, by their names. */

import { brush } from "./brush.js";
import { eraser, restore } from "./eraser.js";
import { fill } from "./fill.js";
import { lasso } from "./lasso.js";
import { pan } from "./pan.js";
import { pick } from "./pick.js";
import { polygon, polygonMinus } from "./polygon.js";
import { superpixel } from "./superpixel.js";
import { wand } from "./wand.js";

/** @type {Record<string, import("../editor.js").Tool>} */
export const TOOLS = {
  brush,
  eraser,
  restore,
  polygon,
  polygonMinus,
  lasso,
  fill,
  wand,
  superpixel,
  pick,
  pan,
};
