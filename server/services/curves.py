"""The learning curve with its interval, drawn against labels, minutes or pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from sqlalchemy.orm import Session

from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.learning_curve import Point, Span, fit
from server.services import advice
from server.services.metrics import Stage

STEPS = 4
"""Points of the band between two trainings: enough for a smooth line."""


@dataclass(frozen=True)
class Knot:
    """A place on all three axes at once."""

    labels: float
    minutes: float | None
    pixels: float


@dataclass(frozen=True)
class BandPoint:
    """The curve itself at a place: its 90 % interval, the scatter of single trainings left out."""

    at: Knot
    span: Span


def band(
    session: Session, project_id: UUID, stages: Sequence[Stage], *, split: Split = Split.TEST
) -> list[BandPoint]:
    """Return the fitted curve from the first label to the next ones; empty before three rounds."""
    measured = [
        (stage, miou)
        for stage in stages
        if stage.model.stage is JobKind.RETRAIN
        and stage.model.labels_spent > 0
        and (miou := stage.miou(split)) is not None
    ]
    curve = fit([Point(stage.model.labels_spent, miou) for stage, miou in measured])
    if curve is None:
        return []
    known = {stage.model.labels_spent: _knot(stage) for stage, _ in measured}
    knots = [known[labels] for labels in sorted(known)]
    knots.append(_ahead(knots[-1], advice.seconds_per_label(session, project_id)))
    return [BandPoint(knot, curve.true(knot.labels)) for knot in _finer(knots)]


def _knot(stage: Stage) -> Knot:
    return Knot(stage.model.labels_spent, stage.spent.minutes, stage.spent.pixels)


def _ahead(last: Knot, seconds: float | None) -> Knot:
    """Return where the next labels would end, at the time and size that labels have had."""
    minutes = None
    if last.minutes is not None and seconds is not None:
        minutes = last.minutes + advice.AHEAD * seconds / 60
    pixels = last.pixels * (last.labels + advice.AHEAD) / last.labels
    return Knot(last.labels + advice.AHEAD, minutes, pixels)


def _finer(knots: Sequence[Knot]) -> Iterator[Knot]:
    yield knots[0]
    for left, right in pairwise(knots):
        for step in range(1, STEPS + 1):
            part = step / STEPS
            minutes = None
            if left.minutes is not None and right.minutes is not None:
                minutes = left.minutes + part * (right.minutes - left.minutes)
            yield Knot(
                left.labels + part * (right.labels - left.labels),
                minutes,
                left.pixels + part * (right.pixels - left.pixels),
            )
