/** The erasers: one paints void, the other puts the model's label back. */

import { VOID } from "../mask.js";
import { strokeTool } from "./brush.js";

export const eraser = strokeTool("eraser", () => VOID);
export const restore = strokeTool("restore", () => "model");
