"""The newest measured model in full, and the images on which it is worst."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from server.api import pictures
from server.api.classes import ClassOut
from server.api.deps import BlobsDep, SessionDep
from server.api.gates import Caller, InProject
from server.api.pictures import Side
from server.api.schemas import Out
from server.rules.images import Split
from server.rules.roles import Role
from server.services import measurements
from server.services.measurements import Measurement
from server.services.pictures import View

router = APIRouter(prefix="/projects/{project_id}/measurement", tags=["evidence"])

Reader = Annotated[Caller, Depends(InProject(Role.ANNOTATOR))]
Reviewer = Annotated[Caller, Depends(InProject(Role.REVIEWER))]


class BinOut(Out):
    """Pixels of about one confidence: its mean, how often it was right, their share of all."""

    confidence: float
    accuracy: float
    share: float


class MeasurementOut(Out):
    """Rows of `confusion` are true classes, columns what the model says; pixels."""

    model_id: UUID
    version: int
    split: Split
    images: int
    classes: list[ClassOut]
    confusion: list[list[int]]
    calibration: list[BinOut]
    calibration_error: float | None


class CurrentMeasurementOut(Out):
    """Null before a model was measured on this split."""

    measurement: MeasurementOut | None


class WorstOut(Out):
    """One image, and the share of its pixels that model and label agree on."""

    image_id: UUID
    name: str
    agreement: float


class WorstsOut(Out):
    """The worst first; on validation, or on test where there is none."""

    split: Split | None
    images: list[WorstOut]


@router.get("", summary="Confusion and calibration of the newest measured model")
def get(who: Reader, session: SessionDep, split: Split = Split.TEST) -> CurrentMeasurementOut:
    """Return all that the newest model measured on this split was found to do."""
    found = measurements.newest(session, who.project_id, split)
    return CurrentMeasurementOut(measurement=None if found is None else _shape(found))


@router.get("/worst", summary="Images on which the newest model is worst")
def worst(
    who: Reviewer, session: SessionDep, limit: Annotated[int, Query(ge=1, le=6)] = 3
) -> WorstsOut:
    """Return the images that the newest model and their labels agree on least."""
    split, found = measurements.worst(session, who.project_id, limit=limit)
    return WorstsOut(
        split=split,
        images=[
            WorstOut(image_id=each.image.id, name=each.image.name, agreement=each.agreement)
            for each in found
        ],
    )


@router.get(
    "/worst/{image_id}/{view}", response_class=Response, summary="A picture of one of the worst"
)
def picture(
    image_id: UUID,
    view: View,
    who: Reviewer,
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
    side: Side = 320,
) -> Response:
    """Return a JPEG: the image, the model's mask, the label, or where they differ."""
    shown = measurements.comparison(session, who.project_id, image_id)
    return pictures.answer(request, blobs, shown, view, side=side)


def _shape(found: Measurement) -> MeasurementOut:
    return MeasurementOut(
        model_id=found.model.id,
        version=found.model.version,
        split=found.split,
        images=found.images,
        classes=[
            ClassOut.model_validate(dict(each), from_attributes=False) for each in found.classes
        ],
        confusion=found.counts,
        calibration=[BinOut.model_validate(each) for each in found.calibration],
        calibration_error=found.calibration_error,
    )
