"""Reviews over HTTP: what waits, and the three verdicts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from server.api.bodies import RAW_MASK, MaskBody, decode
from server.api.deps import BlobsDep, IfMatchRequired, PageDep, SessionDep
from server.api.gates import Caller, InProject, OfItem
from server.api.items import ItemImage
from server.api.schemas import In, Listing, Out, listing
from server.api.sessions import UserOut
from server.db.models import Item, Review
from server.rules.images import MAX_SIDE
from server.rules.items import ItemState
from server.rules.reviews import MAX_REMARK, MOST_REMARKS, Verdict
from server.rules.roles import Role
from server.services import audit, effort, reviews

router = APIRouter(tags=["reviews"])

Reviewer = Annotated[Caller, Depends(OfItem(Role.REVIEWER, own=True))]
Reader = Annotated[Caller, Depends(OfItem(Role.REVIEWER))]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REMARK)]


class Remark(In):
    """Words pinned to a pixel of the image."""

    x: int = Field(ge=0, lt=MAX_SIDE)
    y: int = Field(ge=0, lt=MAX_SIDE)
    text: Text


class ReturnIn(In):
    """Why the mask goes back to its author."""

    remarks: list[Remark] = Field(min_length=1, max_length=MOST_REMARKS)


class ReviewOut(Out):
    """One verdict."""

    id: UUID
    item_id: UUID
    mask_id: UUID
    verdict: Verdict
    reviewer: str
    remarks: list[Remark]
    created_at: datetime


class SubmittedOut(Out):
    """One submitted mask, its effort, and how far it is from the model's."""

    item_id: UUID
    round_id: UUID
    state: ItemState
    approved_at: datetime | None
    image: ItemImage
    mask_id: UUID
    revision: int
    author: UserOut
    created_at: datetime
    changed_pixels: int | None
    active_seconds: float | None
    strokes: int | None
    clicks: int | None
    undos: int | None
    confusion: list[tuple[int, int, int]] | None
    iou_by_class: dict[int, float]
    iou: float | None


@router.get("/projects/{project_id}/reviews", summary="What waits for a review")
def waiting(
    project_id: UUID,
    _: Annotated[Caller, Depends(InProject(Role.REVIEWER))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[SubmittedOut]:
    """Return a page of submitted masks that nobody has judged, oldest first."""
    return listing(request, reviews.waiting(session, project_id, page), _submitted)


@router.get("/items/{item_id}/submitted", summary="What was submitted")
def submitted(item_id: UUID, _: Reader, session: SessionDep) -> SubmittedOut:
    """Return the newest mask of the item with its effort."""
    return _submitted(reviews.submitted(session, item_id))


@router.get("/items/{item_id}/reviews", summary="An item's reviews")
def of_item(item_id: UUID, _: Reader, session: SessionDep) -> list[ReviewOut]:
    """Return all verdicts, newest first."""
    return [shape(review, name) for review, name in reviews.of_item(session, item_id)]


@router.post("/items/{item_id}/approve", summary="Approve a mask")
def approve(
    item_id: UUID, who: Reviewer, replaces: IfMatchRequired, session: SessionDep
) -> ReviewOut:
    """Approve the revision that `If-Match` names; never one's own."""
    review = reviews.approve(session, item_id, reviewer_id=who.user_id, replaces=replaces)
    return _noted(session, who, review)


@router.post("/items/{item_id}/return", summary="Return a mask to its author")
def give_back(
    item_id: UUID,
    who: Reviewer,
    given: ReturnIn,
    replaces: IfMatchRequired,
    session: SessionDep,
) -> ReviewOut:
    """Return it with remarks; the author corrects it before anything else, at no cost."""
    review = reviews.give_back(
        session,
        item_id,
        reviewer_id=who.user_id,
        replaces=replaces,
        remarks=[remark.model_dump() for remark in given.remarks],
    )
    return _noted(session, who, review)


@router.post("/items/{item_id}/fix", openapi_extra=RAW_MASK, summary="Fix and approve a mask")
def fix(
    item_id: UUID,
    who: Reviewer,
    body: MaskBody,
    replaces: IfMatchRequired,
    session: SessionDep,
    blobs: BlobsDep,
) -> ReviewOut:
    """Add your own revision, approved, in the place of the one that `If-Match` names."""
    review = reviews.fix(
        session,
        blobs,
        item_id,
        reviewer_id=who.user_id,
        replaces=replaces,
        labels=decode(body),
    )
    return _noted(session, who, review)


def shape(review: Review, reviewer: str) -> ReviewOut:
    """Shape one verdict."""
    names = ("id", "item_id", "mask_id", "verdict", "remarks", "created_at")
    return ReviewOut(reviewer=reviewer, **{name: getattr(review, name) for name in names})


def _submitted(row: Any) -> SubmittedOut:
    mask, item, image, author = row
    by_class = effort.iou_by_class(mask.confusion or [])
    of_mask = ("revision", "created_at", "changed_pixels", "active_seconds", "strokes", "clicks",
               "undos", "confusion")  # fmt: skip
    return SubmittedOut(
        item_id=item.id,
        round_id=item.round_id,
        state=item.state,
        approved_at=item.approved_at,
        image=ItemImage(
            id=image.id, name=image.name, width=image.width, height=image.height, group=None
        ),
        mask_id=mask.id,
        author=UserOut.model_validate(author),
        iou_by_class=by_class,
        iou=effort.mean(by_class.values()),
        **{name: getattr(mask, name) for name in of_mask},
    )


def _noted(session: Session, who: Caller, review: Review) -> ReviewOut:
    item = session.get_one(Item, review.item_id)
    audit.note(
        session,
        f"item.{review.verdict.value}",
        project_id=item.project_id,
        actor_id=who.user_id,
        subject=item.id,
        mask=str(review.mask_id),
    )
    return shape(review, who.principal.user.display_name)
