import numpy as np
import pytest

from server.services import effort

GUESS = np.array([[0, 0, 0, 1, 1, 1]], np.uint8)
LABELS = np.array([[1, 1, 0, 255, 1, 1]], np.uint8)


def test_every_pair_is_counted_once_largest_first() -> None:
    pairs = effort.confusion(GUESS, LABELS)
    assert pairs == [[0, 1, 2], [1, 1, 2], [0, 0, 1], [1, 255, 1]]
    assert effort.changes(pairs) == [effort.Change(0, 1, 2), effort.Change(1, 255, 1)]
    assert effort.changed_pixels(pairs) == 3


def test_a_persons_void_counts_neither_for_nor_against_the_model() -> None:
    by_class = effort.iou_by_class(effort.confusion(GUESS, LABELS))
    assert by_class == {0: pytest.approx(1 / 3), 1: pytest.approx(2 / 4)}
    assert effort.mean(by_class.values()) == pytest.approx(5 / 12)
    assert effort.mean([]) is None
