"""Hidden truth: which images people are checked with. Only leads know."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from sqlalchemy.orm import Session

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfImage
from server.api.schemas import Listing, Out, listing
from server.rules.roles import Role
from server.services import audit, images, truths

router = APIRouter(tags=["truths"])

Lead = Annotated[Caller, Depends(OfImage(Role.LEAD))]


class TruthOut(Out):
    """An image whose approved mask people's labels are compared with."""

    image_id: UUID
    image: str
    mask_id: UUID
    scores: int
    """How many people's labels were compared with it."""
    mean: float | None
    created_at: datetime


@router.put("/images/{image_id}/truth", summary="Check people with an image")
def mark(image_id: UUID, who: Lead, session: SessionDep) -> TruthOut:
    """Mix the image into people's queues in rounds with a `hidden_share`; nobody is told.

    Its approved mask is what their labels are compared with. They are never its mask.
    """
    image = images.get(session, image_id)
    made = truths.mark(session, image, actor_id=who.user_id)
    _note(session, who, "truth.marked", image_id)
    return _shape((made, image.name, 0, None))


@router.delete(
    "/images/{image_id}/truth",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Check nobody more with an image",
)
def unmark(image_id: UUID, who: Lead, session: SessionDep) -> None:
    """Give the image to nobody more; scores that were made stay."""
    truths.unmark(session, image_id)
    _note(session, who, "truth.unmarked", image_id)


@router.get("/projects/{project_id}/truths", summary="What people are checked with")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[TruthOut]:
    """Return a page of marked images, newest first."""
    return listing(request, truths.of_project(session, who.project_id, page), _shape)


def _shape(row: Any) -> TruthOut:
    truth, image, scores, mean = row
    return TruthOut(
        image_id=truth.image_id,
        image=image,
        mask_id=truth.mask_id,
        scores=scores,
        mean=mean,
        created_at=truth.created_at,
    )


def _note(session: Session, who: Caller, act: str, image_id: UUID) -> None:
    audit.note(session, act, project_id=who.project_id, actor_id=who.user_id, subject=image_id)
