"""Figures of a measured model, all from counts that add up image by image.

A class that never occurs has no intersection over union, rather than zero.
"""

from dataclasses import dataclass

import numpy as np

from worker.ml.losses import IGNORE

BINS = 15
"""Of equal width, as calibration is usually reported."""


@dataclass(frozen=True)
class Confusion:
    """Pixel counts (C, C): rows are the true class, columns the predicted one."""

    counts: np.ndarray

    @classmethod
    def empty(cls, classes: int) -> "Confusion":
        return cls(np.zeros((classes, classes), np.int64))

    @classmethod
    def of(cls, truth: np.ndarray, predicted: np.ndarray, *, classes: int) -> "Confusion":
        """Label maps of one shape; pixels whose truth is 255 do not count."""
        if truth.shape != predicted.shape:
            raise ValueError(f"shapes differ: {truth.shape} and {predicted.shape}")
        known = truth != IGNORE
        pairs = truth[known].astype(np.int64) * classes + predicted[known]
        counts = np.bincount(pairs, minlength=classes * classes)
        return cls(counts.reshape(classes, classes))

    def __add__(self, other: "Confusion") -> "Confusion":
        return Confusion(self.counts + other.counts)

    def iou(self) -> list[float | None]:
        """Per class; None where neither truth nor prediction has a pixel of it."""
        hits = np.diag(self.counts)
        union = self.counts.sum(axis=0) + self.counts.sum(axis=1) - hits
        return [
            float(h / u) if u else None for h, u in zip(hits.tolist(), union.tolist(), strict=True)
        ]

    def miou(self) -> float | None:
        """Mean over the classes that occur in the truth; None where nothing is labelled."""
        present = self.counts.sum(axis=1) > 0
        values = [v for v, p in zip(self.iou(), present, strict=True) if p and v is not None]
        return float(np.mean(values)) if values else None


@dataclass(frozen=True)
class Calibration:
    """How sure the model was, and how often it was right, in bins of its confidence.

    Each array has one entry per bin: pixels, the sum of their confidences, how many were right.
    """

    pixels: np.ndarray
    confidence: np.ndarray
    right: np.ndarray

    @classmethod
    def empty(cls) -> "Calibration":
        return cls(np.zeros(BINS, np.int64), np.zeros(BINS), np.zeros(BINS, np.int64))

    @classmethod
    def of(cls, truth: np.ndarray, predicted: np.ndarray, confidence: np.ndarray) -> "Calibration":
        """Arrays of one shape; pixels whose truth is 255 do not count."""
        known = truth != IGNORE
        sure = confidence[known].astype(np.float64)
        bins = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
        right = truth[known] == predicted[known]
        return cls(
            np.bincount(bins, minlength=BINS),
            np.bincount(bins, weights=sure, minlength=BINS),
            np.bincount(bins[right], minlength=BINS),
        )

    def __add__(self, other: "Calibration") -> "Calibration":
        return Calibration(
            self.pixels + other.pixels,
            self.confidence + other.confidence,
            self.right + other.right,
        )

    def rows(self) -> list[list[float]]:
        """[pixels, sum of confidences, right ones] of each bin, as it is kept."""
        columns = (self.pixels.tolist(), self.confidence.tolist(), self.right.tolist())
        return [list(row) for row in zip(*columns, strict=True)]
