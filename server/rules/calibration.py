"""Whether a model is as often right as it is sure: reliability bins and their mean error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[float]
"""`[pixels, sum of their confidences, how many were right]` of one bin of equal width."""


@dataclass(frozen=True)
class Bin:
    """The pixels that the model was about equally sure of."""

    confidence: float
    """Their mean."""
    accuracy: float
    share: float
    """Of all pixels."""


def reliability(rows: Sequence[Row]) -> list[Bin]:
    """Return the bins that hold pixels, from the least sure to the surest."""
    total = sum(row[0] for row in rows)
    return [
        Bin(sure / pixels, right / pixels, pixels / total) for pixels, sure, right in rows if pixels
    ]


def expected_error(rows: Sequence[Row]) -> float | None:
    """Return the expected calibration error: the mean gap, by pixels; None without any."""
    bins = reliability(rows)
    if not bins:
        return None
    return sum(each.share * abs(each.confidence - each.accuracy) for each in bins)
