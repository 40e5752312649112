"""What the next labels are worth: a power law with a plateau, and how sure one can be of it.

The score after n labels is taken as `a - b * n ** -c` plus the scatter of one training: the law
that learning curves follow once they have left their first few labels. A few rounds cannot tell
the three parameters and the scatter apart, so none of them is picked: every pair of a steepness c
and a scatter on a grid keeps a Gaussian belief about (a, b), updated point by point (a Kalman
filter without motion), and weighs as much as it foresaw the scores. A forecast mixes them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist

FEWEST_POINTS = 3
"""Two points fit every curve; below three any forecast would be the prior's alone."""

COVERAGE = 0.9

TYPICAL_SCATTER = 0.015
"""Standard deviation of test mIoU between trainings on the same labels: about 1.5 points."""

_SCATTERS = (0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.025, 0.03, 0.04, 0.055)
_SCATTER_SPREAD = 0.6
"""Of the scatter's logarithm: another dataset's may be half or twice the typical one."""
_STEEPNESSES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.2, 1.6)
_PLATEAU = (0.7, 0.25)
_DROP = (0.25, 0.25)
"""Mean and standard deviation of a, and of the score missing at the first point: b * n1 ** -c."""


@dataclass(frozen=True)
class Point:
    """A trained model: how many target labels it saw, and what it scored (0 to 1)."""

    labels: int
    score: float


@dataclass(frozen=True)
class Span:
    """The middle and the two ends of a 90 % interval."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class _Belief:
    """One hypothesis: a fixed steepness and scatter, and a Gaussian over (a, b)."""

    steepness: float
    scatter: float
    log_weight: float
    mean: tuple[float, float]
    covariance: tuple[float, float, float]
    """Variances of a and of b around their covariance: (aa, ab, bb)."""

    def at(self, labels: float, unit: float) -> tuple[float, float]:
        """Return mean and variance of the curve itself (without scatter) at so many labels."""
        x = -((labels / unit) ** -self.steepness)
        aa, ab, bb = self.covariance
        return self.mean[0] + x * self.mean[1], aa + 2 * x * ab + x * x * bb

    def seen(self, point: Point, unit: float) -> _Belief:
        """Return the belief after one more score."""
        x = -((point.labels / unit) ** -self.steepness)
        aa, ab, bb = self.covariance
        foreseen, variance = self.at(point.labels, unit)
        variance += self.scatter**2
        gain_a, gain_b = (aa + x * ab) / variance, (ab + x * bb) / variance
        missed = point.score - foreseen
        return _Belief(
            self.steepness,
            self.scatter,
            self.log_weight - (missed**2 / variance + math.log(variance)) / 2,
            (self.mean[0] + gain_a * missed, self.mean[1] + gain_b * missed),
            (
                aa - gain_a * gain_a * variance,
                ab - gain_a * gain_b * variance,
                bb - gain_b * gain_b * variance,
            ),
        )


@dataclass(frozen=True)
class Curve:
    """What the points say about the learning curve."""

    unit: float
    """Labels of the first point, by which label counts are divided."""
    beliefs: tuple[_Belief, ...]
    weights: tuple[float, ...]

    def measured(self, labels: float) -> Span:
        """Return what a training with so many labels will score, scatter included."""
        return self._span(lambda one: _widened(one.at(labels, self.unit), one.scatter))

    def true(self, labels: float) -> Span:
        """Return the curve itself at so many labels: the mean over many trainings."""
        return self._span(lambda one: one.at(labels, self.unit))

    def gain(self, before: float, after: float) -> Span:
        """Return what the labels between two counts are worth, scatter of trainings left out."""
        step = (before / self.unit, after / self.unit)

        def read(one: _Belief) -> tuple[float, float]:
            rise = step[0] ** -one.steepness - step[1] ** -one.steepness
            return rise * one.mean[1], rise * rise * one.covariance[2]

        return self._span(read)

    def plateau(self) -> Span:
        """Return the score that no number of labels exceeds."""
        return self._span(lambda one: (one.mean[0], one.covariance[0]))

    def _span(self, read: Callable[[_Belief], tuple[float, float]]) -> Span:
        mixed = [
            (weight, NormalDist(mean, math.sqrt(max(variance, 1e-12))))
            for weight, (mean, variance) in zip(self.weights, map(read, self.beliefs), strict=True)
            if weight > 1e-6
        ]
        tail = (1 - COVERAGE) / 2
        return Span(*(_quantile(mixed, share) for share in (tail, 0.5, 1 - tail)))


def fit(points: Sequence[Point]) -> Curve | None:
    """Return what the points say, or None while they are too few (or stand at one label count)."""
    if len({point.labels for point in points if point.labels > 0}) < FEWEST_POINTS:
        return None
    seen = [point for point in points if point.labels > 0]
    unit = float(min(point.labels for point in seen))
    beliefs = []
    for steepness, scatter in product(_STEEPNESSES, _SCATTERS):
        belief = _prior(steepness, scatter)
        for point in seen:
            belief = belief.seen(point, unit)
        beliefs.append(belief)
    heaviest = max(belief.log_weight for belief in beliefs)
    raw = [math.exp(belief.log_weight - heaviest) for belief in beliefs]
    return Curve(unit, tuple(beliefs), tuple(weight / sum(raw) for weight in raw))


def _prior(steepness: float, scatter: float) -> _Belief:
    off = math.log(scatter / TYPICAL_SCATTER) / _SCATTER_SPREAD
    return _Belief(
        steepness,
        scatter,
        -(off**2) / 2,
        (_PLATEAU[0], _DROP[0]),
        (_PLATEAU[1] ** 2, 0.0, _DROP[1] ** 2),
    )


def _widened(at: tuple[float, float], scatter: float) -> tuple[float, float]:
    mean, variance = at
    return mean, variance + scatter**2


def _quantile(mixed: Sequence[tuple[float, NormalDist]], share: float) -> float:
    """Return where the mixture's distribution function reaches `share`, by bisection."""
    low = min(dist.mean - 8 * dist.stdev for _, dist in mixed)
    high = max(dist.mean + 8 * dist.stdev for _, dist in mixed)
    total = sum(weight for weight, _ in mixed)
    for _ in range(50):
        middle = (low + high) / 2
        if sum(weight * dist.cdf(middle) for weight, dist in mixed) < share * total:
            low = middle
        else:
            high = middle
    return (low + high) / 2
