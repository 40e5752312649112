"""Intersection over union from counts; a class that never occurs has no figure, not zero."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from worker.ml.data import Sample, read_labels
from worker.ml.inference import ahead, decode, labels_at, one_image
from worker.ml.losses import IGNORE
from worker.ml.models import Model, load_model


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

    def pixel_accuracy(self) -> float | None:
        total = self.counts.sum()
        return float(np.diag(self.counts).sum() / total) if total else None


def evaluate(
    model: Path,
    samples: Iterable[Sample],
    *,
    classes: int,
    threads: int,
    on_progress: Callable[[int], None],
) -> Confusion:
    """Compare predictions at each image's own size with its labels.

    `on_progress` is told how many images are done.
    """
    torch.set_num_threads(threads)
    loaded = load_model(model)
    if loaded.classes != classes:
        raise ValueError(f"the model knows {loaded.classes} classes, the labels have {classes}")
    total = Confusion.empty(classes)
    for done, (image, truth) in enumerate(ahead(_reader(loaded), samples), start=1):
        with torch.inference_mode():
            logits = loaded.network(one_image(image), embed=False).logits
            predicted = labels_at(logits, truth.shape)
        total += Confusion.of(truth, predicted, classes=classes)
        on_progress(done)
    return total


def _reader(model: Model) -> Callable[[Sample], tuple[np.ndarray, np.ndarray]]:
    def read(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
        labels = np.array(read_labels(sample, classes=model.classes))
        return decode(sample, model.config.max_side), labels

    return read
