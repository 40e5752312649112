"""What the labels bought, round by round."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from server.api.deps import SessionDep
from server.api.gates import Caller, InProject
from server.api.models import ScoresOut
from server.api.schemas import Out
from server.rules.jobs import JobKind
from server.rules.roles import Role
from server.services import metrics
from server.services.metrics import Stage

router = APIRouter(prefix="/projects/{project_id}/metrics", tags=["metrics"])


class StageOut(Out):
    """One training and its score."""

    number: int
    round_id: UUID
    model_id: UUID
    stage: JobKind
    labels_spent: int
    test: ScoresOut | None
    seconds: float
    changed_pixels: int | None
    changed_share: float | None


class MetricsOut(Out):
    """All trainings, oldest first."""

    rounds: list[StageOut]


@router.get("", summary="Scores against labels, round by round")
def get(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))], session: SessionDep
) -> MetricsOut:
    """Return one line per training."""
    return MetricsOut(rounds=[_shape(one) for one in metrics.stages(session, who.project_id)])


def _shape(stage: Stage) -> StageOut:
    effort = stage.effort
    return StageOut(
        number=stage.number,
        round_id=stage.model.round_id,
        model_id=stage.model.id,
        stage=stage.model.stage,
        labels_spent=stage.model.labels_spent,
        test=None if stage.test is None else ScoresOut.model_validate(stage.test),
        seconds=stage.model.seconds,
        changed_pixels=effort.changed if effort else None,
        changed_share=effort.changed / effort.pixels if effort and effort.pixels else None,
    )
