"""Measuring a model on a labelled split: one image in memory at a time, and the worst ones kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from worker.ml.data import Sample, read_labels
from worker.ml.inference import ahead, confidence_at, decode, labels_at, one_image
from worker.ml.losses import IGNORE
from worker.ml.metrics import Calibration, Confusion
from worker.ml.models import Model, load_model
from worker.ml.passes import logits_of, pick_device

WORST = 6
"""Images whose masks are kept to be looked at: as many as fit on a page."""

GRID = 4
"""Confidence is read at every fourth pixel each way: neighbours hardly differ, and it costs a
sixteenth."""


@dataclass(frozen=True)
class Seen:
    """One image as the model saw it."""

    name: str
    agreement: float
    """Share of the labelled pixels that model and label agree on."""
    labels: np.ndarray


@dataclass(frozen=True)
class Evaluation:
    """A model on a labelled split."""

    confusion: Confusion
    calibration: Calibration
    worst: list[Seen]
    """The images that model and labels agree on least, the worst first."""


def evaluate(
    model: Path,
    samples: Iterable[Sample],
    *,
    classes: int,
    threads: int,
    on_progress: Callable[[int], None],
    device: str = "cpu",
) -> Evaluation:
    """Compare predictions at each image's own size with its labels.

    `on_progress` is told how many images are done.
    """
    torch.set_num_threads(threads)
    loaded = load_model(model, device=pick_device(device))
    if loaded.classes != classes:
        raise ValueError(f"the model knows {loaded.classes} classes, the labels have {classes}")
    confusion, calibration = Confusion.empty(classes), Calibration.empty()
    worst: list[Seen] = []
    pictures = ahead(_reader(loaded), samples)
    for done, (name, image, truth) in enumerate(pictures, start=1):
        with torch.inference_mode():
            logits = logits_of(loaded.network, one_image(image, device=loaded.device))
            predicted = labels_at(logits, truth.shape)
            confidence = confidence_at(logits, truth.shape, every=GRID)
        on_grid = np.s_[::GRID, ::GRID]
        confusion += Confusion.of(truth, predicted, classes=classes)
        calibration += Calibration.of(truth[on_grid], predicted[on_grid], confidence)
        worst = _with(worst, name, truth, predicted)
        on_progress(done)
    return Evaluation(confusion, calibration, worst)


def _with(worst: list[Seen], name: str, truth: np.ndarray, predicted: np.ndarray) -> list[Seen]:
    known = truth != IGNORE
    if not known.any():
        return worst
    agreement = float((truth[known] == predicted[known]).mean())
    ranked = sorted([*worst, Seen(name, agreement, predicted)], key=lambda seen: seen.agreement)
    return ranked[:WORST]


def _reader(model: Model) -> Callable[[Sample], tuple[str, np.ndarray, np.ndarray]]:
    def read(sample: Sample) -> tuple[str, np.ndarray, np.ndarray]:
        labels = np.array(read_labels(sample, classes=model.classes))
        return sample.name, decode(sample, model.config.max_side), labels

    return read
