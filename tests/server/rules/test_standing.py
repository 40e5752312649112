"""The rule that flags bad work: how often it is wrong, and how soon it is right."""

from __future__ import annotations

from random import Random

import pytest

from server.rules.standing import standing

THRESHOLD = 0.7
SEEDS = range(1000)


def scores(seed: int, *, mean: float, spread: float, count: int) -> list[float]:
    """Scores from 0 to 1 with about this mean and standard deviation (a beta distribution)."""
    total = mean * (1 - mean) / spread**2 - 1
    random = Random(seed)
    return [random.betavariate(mean * total, (1 - mean) * total) for _ in range(count)]


def flagged(*, mean: float, spread: float, count: int) -> float:
    """The share of the seeds that are flagged within `count` items."""
    found = 0
    for seed in SEEDS:
        said = standing(scores(seed, mean=mean, spread=spread, count=count), threshold=THRESHOLD)
        assert said is not None
        found += said.flagged_after is not None
    return found / len(SEEDS)


@pytest.mark.parametrize(
    ("mean", "spread"), [(0.3, 0.2), (0.4, 0.2), (0.5, 0.15)], ids=["random", "poor", "careless"]
)
def test_a_bad_annotator_is_found_within_twenty_items(mean: float, spread: float) -> None:
    assert flagged(mean=mean, spread=spread, count=20) >= 0.95


@pytest.mark.parametrize(("mean", "spread"), [(0.7, 0.1), (0.7, 0.25), (0.8, 0.2)])
def test_one_who_is_as_good_as_asked_is_hardly_ever_flagged_however_long(
    mean: float, spread: float
) -> None:
    assert flagged(mean=mean, spread=spread, count=100) <= 0.05


def test_a_good_annotator_is_not_flagged() -> None:
    assert flagged(mean=0.85, spread=0.08, count=100) == 0


def test_a_flag_stays_and_says_after_how_many() -> None:
    said = standing([0.0] * 10 + [1.0] * 50, threshold=THRESHOLD)
    assert said is not None
    assert said.flagged_after == 4


def test_the_interval_holds_the_mean_and_narrows() -> None:
    held, widths = 0, []
    for count in (5, 40):
        missed = 0
        for seed in range(200):
            said = standing(scores(seed, mean=0.6, spread=0.2, count=count), threshold=THRESHOLD)
            assert said is not None
            assert 0 <= said.low <= said.mean <= said.high <= 1
            missed += not said.low <= 0.6 <= said.high
            widths.append(said.high - said.low)
        held += missed <= 0.1 * 200
    assert held == 2
    assert sum(widths[200:]) < 0.6 * sum(widths[:200])


def test_no_score_says_nothing_and_a_perfect_one_little() -> None:
    assert standing([], threshold=THRESHOLD) is None
    said = standing([1.0], threshold=THRESHOLD)
    assert said is not None
    assert (said.items, said.mean, said.high, said.flagged_after) == (1, 1.0, 1.0, None)
    assert said.low < 0.3
