"""Models and what they scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import ClassList, Evaluation, Model
from server.rules.errors import NotFound
from server.rules.images import Split
from server.rules.scores import class_ious
from server.services.paging import Page, PageQuery, by_id, fetch


@dataclass(frozen=True)
class ClassScore:
    """One class's intersection over union; None: it occurs neither in truth nor in guess."""

    id: int
    name: str
    iou: float | None


@dataclass(frozen=True)
class Scores:
    """A model on one split."""

    split: Split
    images: int
    miou: float | None
    per_class: list[ClassScore]


def get(session: Session, model_id: UUID) -> Model:
    """Return the model, or raise `NotFound`."""
    model = session.get(Model, model_id)
    if model is None:
        raise NotFound
    return model


def of_project(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of models, newest first."""
    statement = select(Model).where(Model.project_id == project_id)
    return fetch(session, statement, query, keys=[by_id(Model.id)], newest_first=True)


def scores(session: Session, models: Sequence[Model]) -> dict[UUID, list[Scores]]:
    """Return what each model scored, in one query."""
    statement = (
        select(Evaluation, ClassList.classes)
        .join(Model, Model.id == Evaluation.model_id)
        .join(ClassList, ClassList.id == Model.class_list_id)
        .where(Model.id.in_([model.id for model in models]))
        .order_by(Evaluation.id)
    )
    found: dict[UUID, list[Scores]] = {model.id: [] for model in models}
    for evaluation, classes in session.execute(statement):
        ious = class_ious(evaluation.confusion)  # one row per id up to the largest, gaps included
        per_class = [
            ClassScore(int(entry["id"]), str(entry["name"]), ious[int(entry["id"])])
            for entry in classes
        ]
        found[evaluation.model_id].append(
            Scores(evaluation.split, evaluation.images, evaluation.miou, per_class)
        )
    return found
