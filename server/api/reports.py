"""A round's report: one answer for a page that is read on a screen or on paper."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from server.api import metrics, pictures, rounds
from server.api.advice import ForecastOut
from server.api.advice import shape as shape_forecast
from server.api.deps import BlobsDep, SessionDep
from server.api.gates import Caller, OfRound
from server.api.metrics import MetricsOut
from server.api.pictures import Side
from server.api.promotions import ClassChangeOut
from server.api.rounds import RoundOut
from server.api.schemas import Out
from server.db.models import Model
from server.rules.budgets import BudgetUnit
from server.rules.promotions import Outcome
from server.rules.roles import Role
from server.services import report_items, reports
from server.services import rounds as round_rows
from server.services.pictures import View
from server.services.report_items import ConfusedPair, WorstItem
from server.services.reports import Report

router = APIRouter(prefix="/rounds/{round_id}/report", tags=["evidence"])

Reviewer = Annotated[Caller, Depends(OfRound(Role.REVIEWER))]


class CostOut(Out):
    """What the round took of people and machines."""

    people: int
    minutes: float | None
    pixels: int
    changed_pixels: int
    strokes: int
    clicks: int
    undos: int
    spent: dict[BudgetUnit, int]
    machine_seconds: float


class ReportModelOut(Out):
    """A model of the report."""

    id: UUID
    version: int
    labels_spent: int


class DecisionOut(Out):
    """Whether the model serves, and why."""

    outcome: Outcome
    reason: str


class WorstItemOut(Out):
    """An item that people changed most of."""

    item_id: UUID
    image_id: UUID
    name: str
    changed_share: float
    iou: float | None


class ConfusedOut(Out):
    """What the model said where people drew another class, and the item with most of it."""

    said: str
    true: str
    pixels: int
    share: float
    item_id: UUID
    image_id: UUID
    name: str


class HashesOut(Out):
    """By which the round can be told from any other, and replayed."""

    manifest: str | None
    snapshot: str | None
    configuration: str | None
    code_version: str | None


class ReportOut(Out):
    """The whole report; what is not there yet is null or empty."""

    project_name: str
    round: RoundOut
    cost: CostOut
    metrics: MetricsOut
    model: ReportModelOut | None
    against: ReportModelOut | None
    changes: list[ClassChangeOut]
    decision: DecisionOut | None
    forecast: ForecastOut | None
    worst: list[WorstItemOut]
    confused: list[ConfusedOut]
    hashes: HashesOut


@router.get("", summary="What a round asked, cost and bought")
def get(round_id: UUID, _: Reviewer, session: SessionDep) -> ReportOut:
    """Return the report of a round, as far as it has come."""
    return _shape(session, reports.of_round(session, round_rows.get(session, round_id)))


@router.get(
    "/items/{item_id}/{view}", response_class=Response, summary="A picture of a report's item"
)
def picture(
    round_id: UUID,
    item_id: UUID,
    view: View,
    _: Reviewer,
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
    side: Side = 480,
) -> Response:
    """Return a JPEG: the image, the model's mask, the person's, or where they differ."""
    shown = report_items.comparison(session, round_id, item_id)
    return pictures.answer(request, blobs, shown, view, side=side)


def _shape(session: Session, found: Report) -> ReportOut:
    manifest: dict[str, Any] = found.view.round.manifest or {}
    return ReportOut(
        project_name=found.project.name,
        round=rounds.shape(found.view),
        cost=CostOut.model_validate(found.cost),
        metrics=metrics.of_stages(session, found.project.id, found.stages),
        model=_model(found.model),
        against=_model(found.against),
        changes=[ClassChangeOut.model_validate(each) for each in found.changes],
        decision=None if found.promotion is None else DecisionOut.model_validate(found.promotion),
        forecast=None if found.forecast is None else shape_forecast(found.forecast),
        worst=[_worst(each) for each in found.worst],
        confused=[_confused(each) for each in found.confused],
        hashes=HashesOut(
            manifest=manifest.get("sha256"),
            snapshot=manifest.get("snapshot_hash"),
            configuration=manifest.get("configuration_hash"),
            code_version=manifest.get("code_version"),
        ),
    )


def _model(model: Model | None) -> ReportModelOut | None:
    return None if model is None else ReportModelOut.model_validate(model)


def _worst(each: WorstItem) -> WorstItemOut:
    return WorstItemOut(
        item_id=each.item.id,
        image_id=each.image.id,
        name=each.image.name,
        changed_share=each.changed_share,
        iou=each.iou,
    )


def _confused(each: ConfusedPair) -> ConfusedOut:
    return ConfusedOut(
        said=each.said,
        true=each.true,
        pixels=each.pixels,
        share=each.share,
        item_id=each.item.id,
        image_id=each.image.id,
        name=each.image.name,
    )
