"""What the labels bought and what they took."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from server.api.deps import SessionDep
from server.api.gates import Caller, InProject
from server.api.schemas import Out
from server.rules.items import ItemState
from server.rules.roles import Role
from server.services import advice, evidence, throughput

router = APIRouter(prefix="/projects/{project_id}", tags=["evidence"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Lead = Annotated[Caller, Depends(InProject(Role.LEAD))]


class SavingOut(Out):
    """The share of a blank start's time that a prefilled one saves, with its 90 % interval."""

    share: float
    low: float
    high: float
    blank: int
    prefilled: int


class PseudoLabelsOut(Out):
    """How right the model's masks were in the images that people corrected afterwards."""

    round: int
    images: int
    accuracy: float


class ConfusionOut(Out):
    """Pixels of one class that the model takes for another."""

    true: str
    guessed: str
    pixels: int
    share: float


class EvidenceOut(Out):
    """All of it; `effort_saved` is null while fewer than three of a kind were timed."""

    advice: str | None
    effort_saved: SavingOut | None
    pseudo_labels: list[PseudoLabelsOut]
    confusions: list[ConfusionOut]


class PaceOut(Out):
    """How fast one person labels: in the last hour, and per hour of active work."""

    name: str
    labels: int
    per_hour: float | None
    holds: int


class ThroughputOut(Out):
    """The queue that is being labelled by state; the last hour's pace and when it would end."""

    items: dict[ItemState, int]
    labels: int
    per_hour: float | None
    finish_at: datetime | None
    people: list[PaceOut]


@router.get("/evidence", summary="What the labels bought")
def get(who: Reader, session: SessionDep) -> EvidenceOut:
    """Return savings, pseudo-label accuracy, the most confused classes, and the advice."""
    saved = evidence.effort_saved(session, who.project_id)
    said = advice.current(session, who.project_id)
    return EvidenceOut(
        advice=None if said is None else said.says,
        effort_saved=None if saved is None else SavingOut.model_validate(saved),
        pseudo_labels=[
            PseudoLabelsOut.model_validate(one)
            for one in evidence.pseudo_labels(session, who.project_id)
        ],
        confusions=[
            ConfusionOut.model_validate(one) for one in evidence.confusions(session, who.project_id)
        ],
    )


@router.get("/throughput", summary="How fast labels come in")
def pace(who: Lead, session: SessionDep) -> ThroughputOut:
    """Return the queue, everybody's pace, and when the queue is empty at that pace."""
    return ThroughputOut.model_validate(throughput.of_project(session, who.project_id))
