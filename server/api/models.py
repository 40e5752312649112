"""Models and what they scored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfModel
from server.api.schemas import Listing, Out, listing
from server.db.models import Model
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.roles import Role
from server.services import models, promotions
from server.services.models import Scores

router = APIRouter(tags=["models"])


class ClassScoreOut(Out):
    """One class's intersection over union; null where it does not occur."""

    id: int
    name: str
    iou: float | None


class ScoresOut(Out):
    """What a model scored on one split."""

    split: Split
    images: int
    miou: float | None
    per_class: list[ClassScoreOut]


class ModelOut(Out):
    """A model: its files by SHA-256, and its scores."""

    id: UUID
    project_id: UUID
    version: int
    round_id: UUID
    kind: JobKind
    created_at: datetime
    files: dict[str, Any]
    labels_spent: int
    seconds: float
    serving: bool
    """Whether rounds start from it and predictions come from it."""
    evaluations: list[ScoresOut]


def shape(model: Model, scores: list[Scores], serving: Model | None) -> ModelOut:
    """Shape a model and its scores."""
    return ModelOut(
        id=model.id,
        project_id=model.project_id,
        version=model.version,
        round_id=model.round_id,
        kind=model.stage,
        created_at=model.created_at,
        files=model.files,
        labels_spent=model.labels_spent,
        seconds=model.seconds,
        serving=serving is not None and serving.id == model.id,
        evaluations=[ScoresOut.model_validate(one) for one in scores],
    )


@router.get("/projects/{project_id}/models", summary="A project's models")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[ModelOut]:
    """Return a page of models, newest first."""
    found = models.of_project(session, who.project_id, page)
    scores = models.scores(session, [row[0] for row in found.rows])
    serving = promotions.serving(session, who.project_id)
    return listing(request, found, lambda row: shape(row[0], scores[row[0].id], serving))


@router.get("/models/{model_id}", summary="One model")
def get(
    model_id: UUID, _: Annotated[Caller, Depends(OfModel(Role.ANNOTATOR))], session: SessionDep
) -> ModelOut:
    """Return the model."""
    model = models.get(session, model_id)
    serving = promotions.serving(session, model.project_id)
    return shape(model, models.scores(session, [model])[model_id], serving)
