"""Is a person's work good enough? Judged after every hidden item, however often one looks.

A bet is placed on each score: capital grows while scores lie below the asked mean and shrinks
while they lie above it. Were the person's mean as asked or better, no way to bet could make
capital grow on average, so it reaches 1 / FALSE_ALARM with a chance of at most FALSE_ALARM, ever
(Ville's inequality). That needs no distribution of scores and no fixed number of them, which a
test of means would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

FALSE_ALARM = 0.05
"""The chance that a person who is as good as asked is ever flagged."""

THRESHOLD = 0.7
"""The mean score that is asked for where a project does not say."""

_STAKES = (0.2, 0.4, 0.6, 0.8, 0.95)
"""Shares of the largest stake that can never lose everything; capital starts spread over them."""

_STEPS = 100


@dataclass(frozen=True)
class Standing:
    """What a person's scores say; the interval holds their mean with a chance of 90 %."""

    items: int
    mean: float
    low: float
    high: float
    flagged_after: int | None
    """After how many items the mean was known to lie below what is asked; None: it is not."""


def standing(scores: Sequence[float], *, threshold: float) -> Standing | None:
    """Return what the scores, oldest first and each from 0 to 1, say; None of none.

    The interval's ends are the means at which the same bet is not won yet.
    """
    if not scores:
        return None
    mirrored = [1 - score for score in scores]
    return Standing(
        items=len(scores),
        mean=fmean(scores),
        low=1 - _upper_end(mirrored),
        high=_upper_end(scores),
        flagged_after=_won_after(scores, mean=threshold),
    )


def _won_after(scores: Sequence[float], *, mean: float) -> int | None:
    """Return after how many scores the bet that their mean is below `mean` is won."""
    largest = 1 / max(1 - mean, 1 / _STEPS)
    capital = [1 / len(_STAKES)] * len(_STAKES)
    for number, score in enumerate(scores, start=1):
        capital = [
            held * (1 + stake * largest * (mean - score))
            for held, stake in zip(capital, _STAKES, strict=True)
        ]
        if sum(capital) >= 1 / FALSE_ALARM:
            return number
    return None


def _upper_end(scores: Sequence[float]) -> float:
    """Return the lowest mean that the scores refute from above, to 1 / _STEPS; 1: none."""
    low, high = 0, _STEPS
    while low < high:  # what refutes a mean refutes every higher one
        middle = (low + high) // 2
        if _won_after(scores, mean=middle / _STEPS) is None:
            low = middle + 1
        else:
            high = middle
    return low / _STEPS
