"""What the labels bought, round by round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from server.api.deps import SessionDep
from server.api.gates import Caller, InProject
from server.api.models import ScoresOut
from server.api.schemas import Out
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.references import ReferenceKind
from server.rules.roles import Role
from server.services import curves, metrics, references
from server.services.curves import BandPoint
from server.services.metrics import Stage

router = APIRouter(prefix="/projects/{project_id}/metrics", tags=["metrics"])


class StageOut(Out):
    """One training and its score."""

    number: int
    round_id: UUID
    model_id: UUID
    stage: JobKind
    labels_spent: int
    minutes_spent: float | None
    """Active ones, for all of the labels; null while nobody's time was recorded."""
    pixels_spent: int
    test: ScoresOut | None
    validation: ScoresOut | None
    seconds: float
    changed_pixels: int | None
    changed_share: float | None


class BandOut(Out):
    """The fitted curve at one place, on all three axes: a 90 % interval and its median."""

    labels: float
    minutes: float | None
    pixels: float
    low: float
    middle: float
    high: float


class ReferenceOut(Out):
    """A figure to compare with; `model_version` is null where somebody entered it."""

    kind: ReferenceKind
    miou: float
    origin: str | None
    model_version: int | None


class MetricsOut(Out):
    """All trainings, oldest first; the curve through them once there are three; lines beside it."""

    split: Split
    """Where the curve and its lines were measured; each training says all that it scored."""
    rounds: list[StageOut]
    band: list[BandOut]
    references: list[ReferenceOut]


@router.get("", summary="Scores against labels, round by round")
def get(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    session: SessionDep,
    split: Split = Split.TEST,
) -> MetricsOut:
    """Return one line per training, and the curve of what was measured on one split."""
    stages = metrics.stages(session, who.project_id)
    return of_stages(session, who.project_id, stages, split=split)


def of_stages(
    session: Session, project_id: UUID, stages: Sequence[Stage], *, split: Split = Split.TEST
) -> MetricsOut:
    """Shape these trainings with their curve and its lines."""
    return MetricsOut(
        split=split,
        rounds=[_shape(one) for one in stages],
        band=[_band(one) for one in curves.band(session, project_id, stages, split=split)],
        references=[
            ReferenceOut.model_validate(one)
            for one in references.of_project(session, project_id, stages, split=split)
        ],
    )


def _band(point: BandPoint) -> BandOut:
    return BandOut(**asdict(point.at), **asdict(point.span))


def _scores(stage: Stage, split: Split) -> ScoresOut | None:
    return ScoresOut.model_validate(stage.scores[split]) if split in stage.scores else None


def _shape(stage: Stage) -> StageOut:
    effort = stage.effort
    return StageOut(
        number=stage.number,
        round_id=stage.model.round_id,
        model_id=stage.model.id,
        stage=stage.model.stage,
        labels_spent=stage.model.labels_spent,
        minutes_spent=stage.spent.minutes,
        pixels_spent=stage.spent.pixels,
        test=_scores(stage, Split.TEST),
        validation=_scores(stage, Split.VALIDATION),
        seconds=stage.model.seconds,
        changed_pixels=effort.changed if effort else None,
        changed_share=effort.changed / effort.pixels if effort and effort.pixels else None,
    )
