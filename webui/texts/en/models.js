/** What the pages of models say, in English. */

import { plain } from "../plain.js";

export const models = {
  title: "Models",
  name: (/** @type {number} */ version) => `Model ${version}`,
  empty: "No model yet",
  emptyHelp: "The first round's warm-up trains the first model; every round after it retrains.",
  serves: "serves",
  columns: {
    version: "Model",
    stage: "Trained by",
    labels: "Labels",
    validation: "mIoU, validation",
    test: "mIoU, test",
    took: "Training took",
    made: "Made",
  },
  splits: plain({ validation: "on validation", test: "on test" }),
  promote: "Have it serve",
  rollBack: "Roll back",
  rollBackSure: "Have the earlier model serve again?",
  rollBackHelp:
    "Predictions and the next round start from the earlier model at once. Nothing is deleted.",
  decisions: "Who served, and why",
  outcomes: plain({ promoted: "promoted", refused: "refused", rolled_back: "rolled back" }),
  bySelf: "by itself",
  perClass: "IoU by class",
  notMeasured:
    "It has not been measured: that needs labelled images in the validation or the test split.",
  against: (/** @type {number} */ version) => `change against model ${version}`,
  files: "Files",
  onnx: "Write as ONNX",
  predict: "Predict",
  folder: "Folder on the server or s3://bucket/prefix",
  folderHelp: "Empty: the project's pool. A folder's masks come as an archive.",
  predictNow: "Predict",
};
