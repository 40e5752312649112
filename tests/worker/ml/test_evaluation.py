"""A model measured on a labelled split."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.worker.ml.conftest import samples
from worker.ml.data import read_labels
from worker.ml.evaluation import GRID, evaluate
from worker.ml.inference import confidence_at, labels_at


def test_measures_every_pixel_of_every_image(scenes: Path, model: Path) -> None:
    seen: list[int] = []

    found = evaluate(model, samples(scenes, "test"), classes=8, threads=1, on_progress=seen.append)

    assert found.confusion.counts.sum() == 4 * 64 * 96
    assert found.calibration.pixels.sum() == 4 * (64 // GRID) * (96 // GRID)
    assert seen == [1, 2, 3, 4]


def test_the_worst_images_come_first_with_the_models_masks(scenes: Path, model: Path) -> None:
    given = samples(scenes, "test")
    found = evaluate(model, given, classes=8, threads=1, on_progress=lambda _done: None)

    agreements = [seen.agreement for seen in found.worst]
    assert agreements == sorted(agreements)
    assert len(set(agreements)) > 1
    for seen in found.worst:
        [sample] = [each for each in given if each.name == seen.name]
        truth = np.array(read_labels(sample, classes=8))
        known = truth != 255
        assert seen.agreement == (truth[known] == seen.labels[known]).mean()
    right = np.diag(found.confusion.counts).sum() / found.confusion.counts.sum()
    assert np.mean(agreements) == pytest.approx(right)


def test_confidence_is_the_softmax_of_the_class_that_is_shown() -> None:
    logits = torch.randn(1, 5, 6, 7, generator=torch.Generator().manual_seed(0)) * 3
    resized = torch.nn.functional.interpolate(
        logits, (13, 21), mode="bilinear", align_corners=False
    )
    best, labels = resized.softmax(dim=1)[0].max(dim=0)

    assert np.array_equal(labels_at(logits, (13, 21)), labels.numpy())
    assert confidence_at(logits, (13, 21), every=4) == pytest.approx(best[::4, ::4].numpy())


def test_another_class_count_is_refused(scenes: Path, model: Path) -> None:
    with pytest.raises(ValueError, match="knows 8 classes, the labels have 5"):
        evaluate(model, samples(scenes, "test"), classes=5, threads=1, on_progress=print)
