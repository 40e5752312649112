"""What the next labels are worth: forecasts made, kept, and answered by what happened."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Evaluation, Forecast, Image, Mask, Model
from server.rules.images import MaskOrigin, Split
from server.rules.jobs import JobKind
from server.rules.learning_curve import Curve, Point, Span, fit
from server.services.paging import Page, PageQuery, by_id, fetch

AHEAD = 10
"""Labels that the kept forecasts look ahead."""
RECENT_LABELS = 50
"""Whose median time says how long the next ones take: people get faster, images change."""


@dataclass(frozen=True)
class Advice:
    """What is known about the next labels; scores from 0 to 1."""

    split: Split
    labels: int
    score: float
    """Of the newest model."""
    ahead: int
    next_score: Span
    """What the next training will measure."""
    worth: Span
    """What the labels add to the mean over trainings: `next_score` without the scatter."""
    plateau: Span
    share_of_plateau: float
    minutes: float | None
    """None while nobody's time was recorded."""

    @property
    def says(self) -> str:
        """The advice in a sentence; gains are against the newest model's own score."""
        low, middle, high = (
            100 * (each - self.score)
            for each in (self.next_score.low, self.next_score.middle, self.next_score.high)
        )
        time = "" if self.minutes is None else f", {self.minutes:.0f} minutes"
        return (
            f"The next {self.ahead} labels: {middle:+.1f} points of mIoU "
            f"(90 % interval {low:+.1f} to {high:+.1f}){time}; "
            f"you are at {100 * self.share_of_plateau:.0f} % of the plateau."
        )


@dataclass(frozen=True)
class Record:
    """How past forecasts did."""

    answered: int
    held: int


def current(session: Session, project_id: UUID, *, ahead: int = AHEAD) -> Advice | None:
    """Return the advice after the newest measured model, or None before the third round's."""
    split, points = _points(session, project_id)
    curve = fit(points)
    return None if curve is None else _advice(session, project_id, split, points, curve, ahead)


def measured(session: Session, model: Model) -> Forecast | None:
    """Answer the last forecast with this newly measured model, and make the next one."""
    session.flush()
    split, points = _points(session, model.project_id)
    _answer(session, model)
    curve = fit(points)
    if curve is None:
        return None
    advice = _advice(session, model.project_id, split, points, curve, AHEAD)
    made = Forecast(
        project_id=model.project_id,
        model_id=model.id,
        split=split,
        points=[[point.labels, point.score] for point in points],
        ahead=AHEAD,
        low=advice.next_score.low,
        middle=advice.next_score.middle,
        high=advice.next_score.high,
        plateau=advice.plateau.middle,
        minutes=advice.minutes,
        created_at=now(session),
    )
    session.add(made)
    session.flush()
    return made


def past(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of forecasts, newest first."""
    statement = select(Forecast).where(Forecast.project_id == project_id)
    return fetch(session, statement, query, keys=[by_id(Forecast.id)], newest_first=True)


def record(session: Session, project_id: UUID) -> Record:
    """Return how many forecasts were answered, and how many intervals held the answer."""
    rows = session.execute(
        select(Forecast.answer_score.between(Forecast.answer_low, Forecast.answer_high)).where(
            Forecast.project_id == project_id, Forecast.answer_score.is_not(None)
        )
    ).all()
    return Record(len(rows), sum(bool(held) for (held,) in rows))


def seconds_per_label(session: Session, project_id: UUID) -> float | None:
    """Return the median active time of the newest labels."""
    recent = session.scalars(
        select(Mask.active_seconds)
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.project_id == project_id,
            Image.split == Split.POOL,
            Mask.origin == MaskOrigin.HUMAN,
            Mask.active_seconds.is_not(None),
        )
        .order_by(Mask.id.desc())
        .limit(RECENT_LABELS)
    ).all()
    times = [each for each in recent if each is not None]
    return median(times) if times else None


def _points(session: Session, project_id: UUID) -> tuple[Split, list[Point]]:
    """Return the retrained models' scores on validation, or on test where one lacks the former.

    Deciding when to stop is a choice; test is looked at for it only where there is nothing else.
    """
    rows = session.execute(
        select(Model.labels_spent, Evaluation.split, Evaluation.miou)
        .join(Evaluation, Evaluation.model_id == Model.id)
        .where(
            Model.project_id == project_id,
            Model.stage == JobKind.RETRAIN,
            Evaluation.miou.is_not(None),
        )
        .order_by(Model.version)
    ).all()
    by_split = {
        split: [Point(labels, miou or 0.0) for labels, each, miou in rows if each is split]
        for split in (Split.VALIDATION, Split.TEST)
    }
    full = len(by_split[Split.VALIDATION]) >= len(by_split[Split.TEST])
    split = Split.VALIDATION if full else Split.TEST
    return split, by_split[split]


def _advice(
    session: Session,
    project_id: UUID,
    split: Split,
    points: list[Point],
    curve: Curve,
    ahead: int,
) -> Advice:
    labels = points[-1].labels
    seconds = seconds_per_label(session, project_id)
    plateau = curve.plateau()
    return Advice(
        split=split,
        labels=labels,
        score=points[-1].score,
        ahead=ahead,
        next_score=curve.measured(labels + ahead),
        worth=curve.gain(labels, labels + ahead),
        plateau=plateau,
        share_of_plateau=min(1.0, curve.true(labels).middle / plateau.middle),
        minutes=None if seconds is None else ahead * seconds / 60,
    )


def _answer(session: Session, model: Model) -> None:
    """Write what happened beside the newest forecast, as it stood for so many labels."""
    forecast = session.scalar(
        select(Forecast)
        .where(Forecast.project_id == model.project_id, Forecast.answer_model_id.is_(None))
        .order_by(Forecast.id.desc())
        .limit(1)
        .with_for_update()
    )
    if forecast is None:
        return
    score = session.scalar(
        select(Evaluation.miou).where(
            Evaluation.model_id == model.id, Evaluation.split == forecast.split
        )
    )
    curve = fit([Point(int(labels), float(seen)) for labels, seen in forecast.points])
    if score is None or curve is None:
        return
    span = curve.measured(model.labels_spent)
    forecast.answer_model_id = model.id
    forecast.answer_labels = model.labels_spent
    forecast.answer_score = score
    forecast.answer_low, forecast.answer_middle = span.low, span.middle
    forecast.answer_high = span.high
