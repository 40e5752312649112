"""Scores that follow from a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence


def class_ious(confusion: Sequence[Sequence[int]]) -> list[float | None]:
    """Return intersection over union per class; None for one that neither occurs nor is guessed.

    Rows are true classes, columns predicted ones.
    """
    size = len(confusion)
    ious: list[float | None] = []
    for place in range(size):
        hit = confusion[place][place]
        truth = sum(confusion[place])
        guessed = sum(confusion[row][place] for row in range(size))
        union = truth + guessed - hit
        ious.append(hit / union if union else None)
    return ious
