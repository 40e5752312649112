"""What the labels bought: one line per trained model, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import Image, Item, Mask, Model, Round
from server.rules.images import MaskOrigin, Split
from server.rules.jobs import JobKind
from server.services import models, spending
from server.services.models import Scores
from server.services.spending import Spent


@dataclass(frozen=True)
class Effort:
    """How much of the model's masks people changed in one round."""

    changed: int
    pixels: int


@dataclass(frozen=True)
class Stage:
    """One training: which round, how many labels it saw, what it scored where."""

    model: Model
    number: int
    scores: Mapping[Split, Scores]
    """Of the splits that it was measured on."""
    effort: Effort | None
    """None before the round's labels: a warm-up."""
    spent: Spent
    learns_source_only: bool
    """Whether the round's first training sees no target image."""

    def miou(self, split: Split) -> float | None:
        """Return what it scored on a split, or None where it was not measured."""
        return self.scores[split].miou if split in self.scores else None


def stages(session: Session, project_id: UUID) -> list[Stage]:
    """Return the project's trainings, oldest first."""
    rows = session.execute(
        select(Model, Round.number, Round.config)
        .join(Round, Round.id == Model.round_id)
        .where(Model.project_id == project_id)
        .order_by(Model.version)
    ).all()
    found = [model for model, _, _ in rows]
    scores = models.scores(session, found)
    spent = spending.of_models(session, project_id, found)
    efforts = _efforts(session, project_id)
    return [
        Stage(
            model,
            number,
            {one.split: one for one in scores[model.id]},
            efforts.get(model.round_id) if model.stage is JobKind.RETRAIN else None,
            spent[model.id],
            config.get("recipe") == "supervised" or config.get("source") == "drop",
        )
        for model, number, config in rows
    ]


def _efforts(session: Session, project_id: UUID) -> dict[UUID, Effort]:
    statement = (
        select(
            Item.round_id,
            func.sum(Mask.changed_pixels),
            func.sum(Image.width * Image.height),
        )
        .join(Mask, Mask.item_id == Item.id)
        .join(Image, Image.id == Item.image_id)
        .where(
            Item.project_id == project_id,
            Mask.origin == MaskOrigin.HUMAN,
            Mask.changed_pixels.is_not(None),
            ~Item.hidden,
        )
        .group_by(Item.round_id)
    )
    return {
        round_id: Effort(int(changed or 0), int(pixels or 0))
        for round_id, changed, pixels in session.execute(statement)
    }
