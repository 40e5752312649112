"""How far two people agree, from the pixels of each pair of classes that they drew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.rules.images import VOID

Pairs = Iterable[Sequence[int]]
"""`[the first one's class, the second one's class, pixels]`."""


@dataclass(frozen=True)
class ClassAgreement:
    """One class against all others; None where chance alone would agree as well."""

    iou: float
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """Two label maps, or many pairs of them taken together. Void of either counts nowhere."""

    pixels: int
    miou: float
    kappa: float | None
    by_class: dict[int, ClassAgreement]


def agreement(pairs: Pairs) -> Agreement | None:
    """Return the agreement; None where the two have no pixel in common."""
    counts: Counter[tuple[int, int]] = Counter()
    for first, second, pixels in pairs:
        if VOID not in (first, second):
            counts[first, second] += pixels
    total = counts.total()
    if total == 0:
        return None
    rows, columns = _margins(counts)
    classes = sorted(rows.keys() | columns.keys())
    by_class = {
        each: _of_class(counts[each, each], rows[each], columns[each], total) for each in classes
    }
    same = sum(counts[each, each] for each in classes) / total
    chance = sum(rows[each] * columns[each] for each in classes) / total**2
    return Agreement(
        total,
        sum(one.iou for one in by_class.values()) / len(by_class),
        _kappa(same, chance),
        by_class,
    )


def _margins(counts: Counter[tuple[int, int]]) -> tuple[Counter[int], Counter[int]]:
    """Return each one's own pixels of each class."""
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    for (first, second), pixels in counts.items():
        rows[first] += pixels
        columns[second] += pixels
    return rows, columns


def _of_class(both: int, first: int, second: int, total: int) -> ClassAgreement:
    same = (both + total - first - second + both) / total
    chance = (first * second + (total - first) * (total - second)) / total**2
    return ClassAgreement(both / (first + second - both), _kappa(same, chance))


def _kappa(same: float, chance: float) -> float | None:
    """Return Cohen's kappa: the agreement beyond chance, of what could be."""
    return None if chance >= 1 else (same - chance) / (1 - chance)
