"""Does showing the model's mask save time? A comparison of blank starts with prefilled ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

FEWEST = 3
"""Of each kind: below it a variance says nothing."""

SHORTEST_SECONDS = 1.0
"""A label that took less is counted as this long: its logarithm would drown all others."""


@dataclass(frozen=True)
class Saving:
    """The share of the time of a blank start that a prefilled one saves (negative: it costs)."""

    share: float
    low: float
    high: float
    blank: int
    prefilled: int


def saving(blank: Sequence[float], prefilled: Sequence[float]) -> Saving | None:
    """Compare the seconds per label of the two kinds, or return None while there are too few.

    Times per image are spread over factors, not seconds, so the ratio of geometric means is
    estimated: Welch's interval on the logarithms, 90 %.
    """
    if min(len(blank), len(prefilled)) < FEWEST:
        return None
    logs = [[math.log(max(each, SHORTEST_SECONDS)) for each in kind] for kind in (blank, prefilled)]
    of_mean = [variance(kind) / len(kind) for kind in logs]
    difference = fmean(logs[1]) - fmean(logs[0])
    error = math.sqrt(sum(of_mean))
    reach = 0.0
    if error > 0:
        freedom = sum(of_mean) ** 2 / sum(
            each**2 / (len(kind) - 1) for each, kind in zip(of_mean, logs, strict=True)
        )
        reach = student_quantile(0.95, freedom) * error
    return Saving(
        share=1 - math.exp(difference),
        low=1 - math.exp(difference + reach),
        high=1 - math.exp(difference - reach),
        blank=len(blank),
        prefilled=len(prefilled),
    )


def student_quantile(share: float, freedom: float) -> float:
    """Return Student's t quantile by its Cornish-Fisher series: within 1 % from 3 degrees up."""
    z = NormalDist().inv_cdf(share)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
