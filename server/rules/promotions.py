"""Which of two models may serve, and which one did before."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar


class Outcome(StrEnum):
    """What was decided about a model."""

    PROMOTED = "promoted"
    REFUSED = "refused"
    """Worse than the serving model on validation: that one goes on serving."""
    ROLLED_BACK = "rolled_back"
    """An earlier model serves again."""


T = TypeVar("T")


def judge(candidate: float | None, serving: float | None) -> tuple[bool, str]:
    """Return whether a model may serve in place of another, and why; scores on validation."""
    if candidate is None or serving is None:
        return True, "no validation labels to compare the two by"
    says = f"validation mIoU {100 * candidate:.2f} % against {100 * serving:.2f} %"
    return candidate >= serving, says


def standing(decisions: Iterable[tuple[Outcome, T]]) -> list[T]:
    """Return the models that served and were not taken back, oldest first: the last serves."""
    served: list[T] = []
    for outcome, model in decisions:
        if outcome is Outcome.PROMOTED:
            served.append(model)
        elif outcome is Outcome.ROLLED_BACK and model in served:
            del served[served.index(model) + 1 :]
    return served
