"""The queue: items, and the leases people hold on them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field
from sqlalchemy.orm import Session

from server import codecs
from server.api.bodies import image_answer, mask_answer
from server.api.classes import ClassesOut
from server.api.deps import BlobsDep, PageDep, SessionDep, SettingsDep
from server.api.gates import Caller, InProject, OfItem, OfRound
from server.api.schemas import In, Listing, Out, listed
from server.codecs import PNG_TYPE
from server.db.models import Item, Lease
from server.rules.images import VOID
from server.rules.items import ItemState, LeaseTimes
from server.rules.roles import Role, at_least
from server.services import items, leases, masks, overview, projects, regions, reviews
from server.services.overview import ItemView, LeaseView
from server.settings import Settings

router = APIRouter(tags=["items"])

Reader = Annotated[Caller, Depends(OfItem(Role.ANNOTATOR))]
Annotator = Annotated[Caller, Depends(OfItem(Role.ANNOTATOR, own=True))]


class ItemImage(Out):
    """The image to correct."""

    id: UUID
    name: str
    width: int
    height: int
    group: str | None


class Holder(Out):
    """Who holds an item."""

    id: UUID
    name: str
    display_name: str


class LeaseOut(Out):
    """A hold on an item, by the service's clock."""

    id: UUID
    fence: int
    expires_at: datetime
    seconds_left: float
    user: Holder


class ReturnedOut(Out):
    """A reviewer's remarks, each pinned to a pixel."""

    reviewer: str
    remarks: list[dict[str, Any]]
    created_at: datetime


class ItemOut(Out):
    """One item of a round."""

    id: UUID
    project_id: UUID
    round_id: UUID
    image: ItemImage
    rank: int
    of: int
    score: float
    state: ItemState
    blank: bool
    """Begun without the model's mask."""
    skip_reason: str | None
    class_list: ClassesOut
    has_superpixels: bool
    has_second: bool
    """Whether its second-best classes may be asked for: stored, and not hidden with the mask."""
    lease: LeaseOut | None
    etag: str
    regions: list[tuple[int, int, int, int]] = Field(default_factory=list)
    """The boxes asked for, best first: top, left, bottom, right in pixels, the ends outside; none:
    the whole image. Outside of them a submission is void. Only where one item is asked for."""
    mask_revision: int | None = None
    """The newest mask, 0 for none; only where one item is asked for. Of an image that several
    people label, the person's own."""
    returned: ReturnedOut | None = None
    """Why it came back to its author; only where one item is asked for."""
    taken_from: str | None = None
    """Who held it before and fell silent; only where one item is asked for."""


class LeaseIn(In):
    """Which lease the sender holds."""

    lease_id: UUID


class SkipIn(LeaseIn):
    """Why the image cannot be labelled."""

    reason: str = Field(min_length=1, max_length=500)


class RenewedOut(Out):
    """The lease's new end."""

    expires_at: datetime
    seconds_left: float


def shape(view: ItemView) -> ItemOut:
    """Shape one item."""
    item, image = view.item, view.image
    return ItemOut(
        id=item.id,
        project_id=item.project_id,
        round_id=item.round_id,
        image=ItemImage(
            id=image.id, name=image.name, width=image.width, height=image.height, group=view.group
        ),
        rank=item.rank,
        of=view.of,
        score=item.score,
        state=item.state,
        blank=item.blank,
        skip_reason=item.skip_reason,
        class_list=ClassesOut.model_validate(view.classes),
        has_superpixels=item.superpixels_sha256 is not None,
        has_second=item.second_sha256 is not None and not hides_model(item),
        lease=None if view.lease is None else _lease(view.lease),
        etag=f'"{item.fence}-{item.state.value}"',
    )


def hides_model(item: Item) -> bool:
    """Whether the model's classes are hidden: a blank start whose label is not in."""
    return item.blank and item.state in (ItemState.OPEN, ItemState.LEASED)


def times_of(session: Session, settings: Settings, project_id: UUID) -> LeaseTimes:
    """Return the lease times: the installation's, unless the project sets its own length."""
    times = settings.lease_times
    length = projects.get(session, project_id).settings.get("lease_seconds", times.length)
    return LeaseTimes(length=int(length), heartbeat=times.heartbeat, silent=times.silent)


@router.post(
    "/projects/{project_id}/items/take",
    response_model=ItemOut,
    responses={204: {"description": "Nothing is left to label."}},
    summary="Take the next item",
)
def take(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR, own=True))],
    session: SessionDep,
    settings: SettingsDep,
    prefetch: bool = False,
) -> ItemOut | Response:
    """Lease the next item, or return the one that you hold; `prefetch` leases one more."""
    held = items.take(
        session,
        who.project_id,
        user_id=who.user_id,
        prefetch=prefetch,
        times=times_of(session, settings, who.project_id),
    )
    if held is None:
        return Response(status_code=status.HTTP_204_NO_CONTENT)
    return _shown(session, held.item_id)


@router.get("/rounds/{round_id}/items", summary="A round's items")
def of_round(
    round_id: UUID,
    who: Annotated[Caller, Depends(OfRound(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[ItemOut]:
    """Return a page of items, by rank, with who holds them.

    In a round with hidden items an annotator sees their own.
    """
    blind_for = None if at_least(who.role, Role.REVIEWER) else who.user_id
    views, cursor = overview.items(session, round_id, page, blind_for=blind_for)
    return listed(request, [shape(view) for view in views], cursor)


@router.get("/items/{item_id}", summary="One item")
def get(item_id: UUID, _: Reader, session: SessionDep) -> ItemOut:
    """Return the item."""
    return _shown(session, item_id)


@router.get("/items/{item_id}/prediction", response_class=Response, summary="The model's mask")
def prediction(
    item_id: UUID, _: Reader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return the mask to correct: index PNG, or run lengths if `Accept` says so.

    A blank start is void all over, until its label is in.
    """
    found = overview.item(session, item_id)
    sha256 = found.item.prediction_sha256
    if hides_model(found.item):
        nothing = np.full((found.image.height, found.image.width), VOID, np.uint8)
        return mask_answer(request, codecs.encode_png(nothing), tag=f"blank-{sha256}")
    return mask_answer(request, blobs.read(sha256), tag=sha256)


@router.get("/items/{item_id}/uncertainty", response_class=Response, summary="Where it is unsure")
def uncertainty(
    item_id: UUID, _: Reader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return an 8-bit grey PNG at a quarter of the image's size; 255 is least sure."""
    sha256 = items.get(session, item_id).uncertainty_sha256
    return image_answer(request, blobs.read(sha256), media_type=PNG_TYPE, tag=sha256)


@router.post("/items/{item_id}/lease", summary="Take this very item")
def lease(item_id: UUID, who: Annotator, session: SessionDep, settings: SettingsDep) -> ItemOut:
    """Lease the item, or renew the lease that you hold on it."""
    times = times_of(session, settings, who.project_id)
    items.lease(session, item_id, user_id=who.user_id, times=times)
    return _shown(session, item_id)


@router.post("/items/{item_id}/heartbeat", summary="Keep an item")
def heartbeat(
    item_id: UUID, who: Annotator, given: LeaseIn, session: SessionDep, settings: SettingsDep
) -> RenewedOut:
    """Renew the lease; every 30 s while someone works on the item."""
    times = times_of(session, settings, who.project_id)
    held = items.heartbeat(
        session, item_id, user_id=who.user_id, lease_id=given.lease_id, times=times
    )
    return _renewed(held, times)


@router.post(
    "/items/{item_id}/release", status_code=status.HTTP_204_NO_CONTENT, summary="Give an item back"
)
def release(item_id: UUID, who: Annotator, given: LeaseIn, session: SessionDep) -> None:
    """End the lease; its cost returns to the budget."""
    items.release(session, item_id, user_id=who.user_id, lease_id=given.lease_id)


@router.post(
    "/items/{item_id}/skip", status_code=status.HTTP_204_NO_CONTENT, summary="Skip an item"
)
def skip(item_id: UUID, who: Annotator, given: SkipIn, session: SessionDep) -> None:
    """Take the item out of the round; its cost returns to the budget."""
    items.skip(session, item_id, user_id=who.user_id, lease_id=given.lease_id, reason=given.reason)


def _shown(session: Session, item_id: UUID) -> ItemOut:
    session.flush()
    view = overview.item(session, item_id)
    shown = shape(view)
    newest = masks.of_item(session, view.item)
    shown.regions = regions.of_item(session, view.item)
    shown.taken_from = leases.taken_from(session, view.item)
    shown.mask_revision = newest.revision if newest else 0
    came_back = reviews.last_return(session, view.item)
    if came_back is not None:
        review, reviewer = came_back
        shown.returned = ReturnedOut(
            reviewer=reviewer, remarks=review.remarks, created_at=review.created_at
        )
    return shown


def _lease(view: LeaseView) -> LeaseOut:
    return LeaseOut(
        id=view.lease.id,
        fence=view.lease.fence,
        expires_at=view.lease.expires_at,
        seconds_left=view.seconds_left,
        user=Holder.model_validate(view.user),
    )


def _renewed(held: Lease, times: LeaseTimes) -> RenewedOut:
    return RenewedOut(expires_at=held.expires_at, seconds_left=times.length)
