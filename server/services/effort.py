"""What a correction changed, counted from the two label maps and never believed of a browser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.rules.images import VOID

Labels = NDArray[np.uint8]
Pairs = Sequence[Sequence[int]]
"""`[model's class, person's class, pixels]`, as `masks.confusion` keeps it."""


@dataclass(frozen=True)
class Change:
    """Pixels that a person moved from one class (the model's) to another."""

    before: int
    after: int
    pixels: int


def confusion(guess: Labels, labels: Labels) -> list[Any]:
    """Return every pair of classes that occurs in two maps of one size, largest first."""
    pairs = guess.astype(np.uint16) * 256 + labels
    counts = np.bincount(pairs.reshape(-1), minlength=65536)
    found = np.flatnonzero(counts)
    order = found[np.argsort(-counts[found], kind="stable")]
    return [[int(pair) // 256, int(pair) % 256, int(counts[pair])] for pair in order]


def changes(pairs: Pairs) -> list[Change]:
    """Return the pairs that differ."""
    return [Change(before, after, pixels) for before, after, pixels in pairs if before != after]


def changed_pixels(pairs: Pairs) -> int:
    """Return how many pixels differ."""
    return sum(change.pixels for change in changes(pairs))


def iou_by_class(pairs: Pairs) -> dict[int, float]:
    """Return IoU(model, person) of each class that either drew.

    A person's void says nothing of the model, so it counts neither for nor against it.
    """
    counted = [pair for pair in pairs if pair[1] != VOID]
    classes = {each for before, after, _ in counted for each in (before, after)} - {VOID}
    return {each: _iou(counted, each) for each in sorted(classes)}


def mean(values: Iterable[float]) -> float | None:
    """Return the mean, or None of nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def _iou(pairs: Pairs, label: int) -> float:
    both = sum(n for before, after, n in pairs if before == label and after == label)
    either = sum(n for before, after, n in pairs if label in (before, after))
    return both / either
