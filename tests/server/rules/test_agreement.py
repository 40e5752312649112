import numpy as np
import pytest

from server.rules.agreement import agreement
from server.rules.images import VOID


def test_equal_maps_agree_wholly() -> None:
    found = agreement([[0, 0, 6], [1, 1, 2]])
    assert found is not None
    assert (found.pixels, found.miou, found.kappa) == (8, 1.0, 1.0)


def test_the_figures_are_those_of_the_textbook() -> None:
    # 50 subjects, yes and no: observed 0.7, by chance 0.5, so kappa is 0.4.
    found = agreement([[0, 0, 20], [0, 1, 5], [1, 0, 10], [1, 1, 15]])
    assert found is not None
    assert found.kappa == pytest.approx(0.4)
    assert found.by_class[0].iou == pytest.approx(20 / 35)
    assert found.by_class[0].kappa == pytest.approx(0.4)  # of two classes, each is the other's no
    assert found.miou == pytest.approx((20 / 35 + 15 / 30) / 2)


def test_independent_maps_agree_by_chance_alone() -> None:
    random = np.random.default_rng(0)
    maps = random.integers(0, 3, (2, 100_000))
    pairs = [
        [a, b, int(((maps[0] == a) & (maps[1] == b)).sum())] for a in range(3) for b in range(3)
    ]
    found = agreement(pairs)
    assert found is not None
    assert found.kappa == pytest.approx(0, abs=0.01)


def test_void_counts_nowhere_and_one_class_has_no_kappa() -> None:
    assert agreement([[VOID, 0, 5], [1, VOID, 5]]) is None
    found = agreement([[0, 0, 4], [VOID, 1, 9]])
    assert found is not None
    assert (found.pixels, found.miou, found.kappa) == (4, 1.0, None)
