"""When a schedule is due, and what became of it."""

from __future__ import annotations

from datetime import time
from enum import StrEnum


class ScheduleKind(StrEnum):
    """What a schedule waits for."""

    CRON = "cron"
    LABELS = "labels"
    """Every N new labels since its last fire."""
    BUDGET = "budget"
    """A share of the granted budget is used up."""


OF_KIND = {
    ScheduleKind.CRON: "cron",
    ScheduleKind.LABELS: "every",
    ScheduleKind.BUDGET: "used_share",
}
"""The one setting that each kind waits by."""


class FireOutcome(StrEnum):
    """Every due moment is recorded as one of these, with its reason."""

    STARTED = "started"
    SKIPPED = "skipped"


def labels_due(labels: int, *, counted: int, every: int) -> int | None:
    """Return the label count that is due (a multiple of `every` past `counted`), or None.

    Missed multiples coalesce into the newest one.
    """
    new = labels - counted
    if new < every:
        return None
    return counted + (new // every) * every


def labels_missed(labels: int, *, counted: int, every: int) -> int:
    """Return how many multiples have passed beside the one that is due."""
    return max(0, (labels - counted) // every - 1)


def is_quiet(clock: time, *, since: time, until: time) -> bool:
    """Whether a local time lies in the quiet hours, which may pass midnight; `until` is outside."""
    if since <= until:
        return since <= clock < until
    return clock >= since or clock < until
