"""Figures from counts."""

import numpy as np
import pytest

from worker.ml.metrics import Calibration, Confusion


def confusion(truth: list[int], predicted: list[int], classes: int = 3) -> Confusion:
    ids = np.array([truth], np.uint8), np.array([predicted], np.uint8)
    return Confusion.of(*ids, classes=classes)


def test_counts_by_hand() -> None:
    counted = confusion([0, 0, 1, 255], [0, 1, 1, 2])

    assert counted.counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert counted.iou() == [0.5, 0.5, None]
    assert counted.miou() == 0.5


def test_an_absent_class_has_no_figure_and_does_not_lower_the_mean() -> None:
    assert confusion([0, 1], [0, 1]).miou() == 1.0


def test_a_class_seen_where_it_never_is_has_zero_and_lowers_the_others_only() -> None:
    counted = confusion([0, 0], [0, 2])

    assert counted.iou() == [0.5, None, 0.0]
    assert counted.miou() == 0.5


def test_nothing_labelled_has_no_figure() -> None:
    counted = confusion([255], [0])

    assert counted.miou() is None


def test_confusions_add() -> None:
    parts = confusion([0, 1], [0, 0]) + confusion([2], [2])

    assert np.array_equal(parts.counts, confusion([0, 1, 2], [0, 0, 2]).counts)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes differ"):
        Confusion.of(np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8), classes=2)


def test_calibration_by_hand() -> None:
    truth, predicted = np.array([0, 1, 2, 255]), np.array([0, 1, 1, 0])
    counted = Calibration.of(truth, predicted, np.array([0.97, 1.0, 0.34, 0.5], np.float32))

    assert counted.rows()[-1] == [2, pytest.approx(1.97), 2]
    assert counted.rows()[5] == [1, pytest.approx(0.34), 0]
    assert counted.pixels.sum() == 3
    twice = counted + counted
    assert twice.rows()[-1] == [4, pytest.approx(3.94), 4]
