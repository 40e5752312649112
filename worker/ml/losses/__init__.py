"""Training losses. Tensors in, one scalar out; no state, no files, no global."""

IGNORE = 255
