"""The newest measured model in full: who is taken for whom, how sure it is, where it is worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import ClassList, Evaluation, Image, Model
from server.rules.calibration import Bin, expected_error, reliability
from server.rules.errors import NotFound
from server.rules.images import Split
from server.services import masks, pictures
from server.services.pictures import Comparison


@dataclass(frozen=True)
class Measurement:
    """One model on one split; `counts` has a row and a column per class of the list, in order."""

    model: Model
    split: Split
    images: int
    classes: Sequence[Mapping[str, Any]]
    counts: list[list[int]]
    calibration: list[Bin]
    calibration_error: float | None


@dataclass(frozen=True)
class WorstImage:
    """An image on which model and human label agree least."""

    image: Image
    agreement: float


def newest(session: Session, project_id: UUID, split: Split) -> Measurement | None:
    """Return the newest model that was measured on the split, or None."""
    found = _newest(session, project_id, split)
    if found is None:
        return None
    evaluation, model, classes = found
    ids = [int(entry["id"]) for entry in classes]
    rows = evaluation.calibration or []
    return Measurement(
        model=model,
        split=split,
        images=evaluation.images,
        classes=classes,
        counts=[[evaluation.confusion[true][guess] for guess in ids] for true in ids],
        calibration=reliability(rows),
        calibration_error=expected_error(rows),
    )


def worst(
    session: Session, project_id: UUID, *, limit: int
) -> tuple[Split | None, list[WorstImage]]:
    """Return where the newest model disagrees most with labels, on validation if it has any.

    Looking at test images to decide what to label would make their figures flatter.
    """
    for split in (Split.VALIDATION, Split.TEST):
        found = _newest(session, project_id, split)
        if found is not None and found[0].worst:
            kept = found[0].worst[:limit]
            images = [session.get_one(Image, UUID(each["image_id"])) for each in kept]
            return split, [
                WorstImage(image, float(each["agreement"]))
                for image, each in zip(images, kept, strict=True)
            ]
    return None, []


def comparison(session: Session, project_id: UUID, image_id: UUID) -> Comparison:
    """Return model and label of one of the worst images, to be drawn.

    Raises:
        NotFound: It is none of them.
    """
    for split in (Split.VALIDATION, Split.TEST):
        found = _newest(session, project_id, split)
        for each in (found[0].worst or []) if found else []:
            mask = masks.newest(session, image_id)
            if each["image_id"] == str(image_id) and found is not None and mask is not None:
                return Comparison(
                    image_sha256=session.get_one(Image, image_id).sha256,
                    before_sha256=each["prediction_sha256"],
                    after_sha256=mask.sha256,
                    colours=pictures.colours(found[2]),
                )
    raise NotFound


def _newest(
    session: Session, project_id: UUID, split: Split
) -> tuple[Evaluation, Model, list[Any]] | None:
    row = session.execute(
        select(Evaluation, Model, ClassList.classes)
        .join(Model, Model.id == Evaluation.model_id)
        .join(ClassList, ClassList.id == Model.class_list_id)
        .where(Model.project_id == project_id, Evaluation.split == split)
        .order_by(Model.version.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])
