"""All that a round asked, cost and bought: what a lead prints and keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import (
    Forecast,
    Image,
    Item,
    Lease,
    LedgerEntry,
    Mask,
    Model,
    Project,
    Promotion,
    Round,
)
from server.rules.budgets import PROJECT, BudgetUnit, EntryKind
from server.rules.images import Split
from server.rules.promotions import Outcome
from server.services import metrics, models, overview, report_items
from server.services.metrics import Stage
from server.services.overview import RoundView
from server.services.promotions import ClassChange
from server.services.report_items import ConfusedPair, WorstItem


@dataclass(frozen=True)
class Cost:
    """What a round took of people and machines."""

    people: int
    minutes: float | None
    """Active ones; None: nobody's time was recorded."""
    pixels: int
    changed_pixels: int
    strokes: int
    clicks: int
    undos: int
    spent: dict[BudgetUnit, int]
    """Of the project's budget, in each unit that it is counted in."""
    machine_seconds: float


@dataclass(frozen=True)
class Report:
    """One round; what is not there yet is None or empty."""

    project: Project
    view: RoundView
    cost: Cost
    stages: list[Stage]
    """All trainings up to the round's last."""
    model: Model | None
    """That the round's labels made."""
    against: Model | None
    """The one before it."""
    changes: list[ClassChange]
    """On test."""
    promotion: Promotion | None
    forecast: Forecast | None
    """That the round's model answered."""
    worst: list[WorstItem]
    confused: list[ConfusedPair]


def of_round(session: Session, round_: Round) -> Report:
    """Gather the report of a round, as far as it has come."""
    [view] = overview.rounds(session, [round_])
    found = metrics.stages(session, round_.project_id)
    stages = [stage for stage in found if stage.number <= round_.number]
    model, against = _models(stages, round_)
    items = report_items.of_round(session, round_.id)
    return Report(
        project=session.get_one(Project, round_.project_id),
        view=view,
        cost=_cost(session, round_.id, view),
        stages=stages,
        model=model,
        against=against,
        changes=_changes(session, model, against),
        promotion=_promotion(session, model),
        forecast=_forecast(session, model),
        worst=report_items.worst(items),
        confused=report_items.confused(session, items),
    )


def _models(stages: Sequence[Stage], round_: Round) -> tuple[Model | None, Model | None]:
    """Return the model that the round's labels made, and the one before it."""
    made = [stage.model for stage in stages if stage.effort and stage.model.round_id == round_.id]
    if not made:
        return None, None
    earlier = [stage.model for stage in stages if stage.model.version < made[-1].version]
    return made[-1], earlier[-1] if earlier else None


def _cost(session: Session, round_id: UUID, view: RoundView) -> Cost:
    totals = session.execute(
        select(
            func.count(Mask.author_id.distinct()),
            func.sum(Mask.active_seconds),
            func.sum(Image.width * Image.height),
            *(func.sum(each) for each in (Mask.changed_pixels, Mask.strokes, Mask.clicks)),
            func.sum(Mask.undos),
        )
        .join(Item, Item.id == Mask.item_id)
        .join(Image, Image.id == Item.image_id)
        .where(Item.round_id == round_id, Mask.changed_pixels.is_not(None))
    ).one()
    people, seconds, *counts = totals
    pixels, changed, strokes, clicks, undos = (int(each or 0) for each in counts)
    spans = [
        (job.finished_at - job.started_at).total_seconds()
        for job in view.jobs
        if job.started_at is not None and job.finished_at is not None
    ]
    return Cost(
        people=people,
        minutes=None if seconds is None else seconds / 60,
        pixels=pixels,
        changed_pixels=changed,
        strokes=strokes,
        clicks=clicks,
        undos=undos,
        spent=_spent(session, round_id),
        machine_seconds=sum(spans),
    )


def _spent(session: Session, round_id: UUID) -> dict[BudgetUnit, int]:
    rows = session.execute(
        select(LedgerEntry.unit, func.sum(LedgerEntry.amount))
        .join(Lease, Lease.id == LedgerEntry.lease_id)
        .join(Item, Item.id == Lease.item_id)
        .where(
            Item.round_id == round_id,
            LedgerEntry.holder == PROJECT,
            LedgerEntry.kind == EntryKind.SPEND,
        )
        .group_by(LedgerEntry.unit)
    )
    return {unit: int(amount) for unit, amount in rows}


def _changes(session: Session, model: Model | None, against: Model | None) -> list[ClassChange]:
    if model is None or against is None:
        return []
    scores = models.scores(session, [model, against])
    after, before = (
        next((one for one in scores[each.id] if one.split is Split.TEST), None)
        for each in (model, against)
    )
    if after is None or before is None:
        return []
    earlier = {one.id: one.iou for one in before.per_class}
    return [ClassChange(one.id, one.name, earlier.get(one.id), one.iou) for one in after.per_class]


def _promotion(session: Session, model: Model | None) -> Promotion | None:
    """Return what was decided when the model was measured."""
    if model is None:
        return None
    return session.scalar(
        select(Promotion)
        .where(
            Promotion.model_id == model.id,
            Promotion.outcome.in_((Outcome.PROMOTED, Outcome.REFUSED)),
        )
        .order_by(Promotion.id)
        .limit(1)
    )


def _forecast(session: Session, model: Model | None) -> Forecast | None:
    if model is None:
        return None
    return session.scalar(select(Forecast).where(Forecast.answer_model_id == model.id))
