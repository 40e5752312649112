import random
from statistics import fmean

import pytest

from server.rules.effort import saving, student_quantile


def seconds(draw: random.Random, count: int, *, typical: float) -> list[float]:
    return [typical * draw.lognormvariate(0, 0.5) for _ in range(count)]


@pytest.mark.parametrize("truth", [0.4, 0.0, -0.3])
def test_recovers_a_planted_effect(truth: float) -> None:
    draw = random.Random(1)
    found = []
    for _ in range(200):
        blank = seconds(draw, 8, typical=120)
        prefilled = seconds(draw, 40, typical=120 * (1 - truth))
        made = saving(blank, prefilled)
        assert made is not None
        found.append(made)
    assert fmean(each.share for each in found) == pytest.approx(truth, abs=0.06)
    held = fmean(each.low <= truth <= each.high for each in found)
    assert 0.85 <= held <= 0.95


def test_says_nothing_from_fewer_than_three_of_a_kind() -> None:
    assert saving([10, 20], [10, 20, 30]) is None
    assert saving([10, 20, 30], [10, 20]) is None


def test_equal_times_have_no_interval() -> None:
    made = saving([100, 100, 100], [50, 50, 50])
    assert made is not None
    assert made.share == pytest.approx(0.5)
    assert made.low == pytest.approx(made.high)


@pytest.mark.parametrize(
    ("share", "freedom", "quantile"), [(0.95, 3, 2.353), (0.95, 10, 1.812), (0.975, 30, 2.042)]
)
def test_students_quantile_is_the_tables(share: float, freedom: float, quantile: float) -> None:
    assert student_quantile(share, freedom) == pytest.approx(quantile, rel=0.01)
