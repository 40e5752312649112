"""Reviewing submitted masks: the queue, and approving, returning or fixing one.

The ledger does not move here: a label was paid for when it was submitted, whatever is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image, Item, Mask, Review, User
from server.rules.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from server.rules.items import ItemState
from server.rules.reviews import Verdict
from server.services import items, labelling, leases, masks, overlap, regions, submissions
from server.services.paging import AnySelect, Page, PageQuery, by_id, fetch
from server.services.submissions import Labels
from server.storage.base import BlobStore

Remark = dict[str, Any]


def waiting(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (mask, item, image, author) that nobody has judged, oldest first."""
    statement = _submitted().where(
        Item.project_id == project_id,
        Item.state == ItemState.SUBMITTED,
        Item.approved_at.is_(None),
        ~Item.hidden,
    )
    return fetch(session, statement, query, keys=[by_id(Mask.id)])


def submitted(session: Session, item_id: UUID) -> tuple[Mask, Item, Image, User]:
    """Return what was submitted for the item, or raise `NotFound`."""
    row = session.execute(_submitted().where(Item.id == item_id)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2], row[3]


def of_item(session: Session, item_id: UUID) -> Sequence[tuple[Review, str]]:
    """Return all verdicts on the item with their reviewers' names, newest first."""
    statement = (
        select(Review, User.display_name)
        .join(User, User.id == Review.reviewer_id)
        .where(Review.item_id == item_id)
        .order_by(Review.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def last_return(session: Session, item: Item) -> tuple[Review, str] | None:
    """Return why the item came back to its author, or None when it did not."""
    if item.returned_to is None:
        return None
    return next((row for row in of_item(session, item.id)), None)


def approve(session: Session, item_id: UUID, *, reviewer_id: UUID, replaces: int) -> Review:
    """Approve the newest mask."""
    item, mask = _judged(session, item_id, reviewer_id=reviewer_id, replaces=replaces)
    if item.state is not ItemState.SUBMITTED or item.approved_at is not None:
        raise Conflict("This item is approved already, or was returned.", field="item")
    item.approved_at = now(session)
    _settle(session, item, mask)
    return _add(session, item, mask, reviewer_id, Verdict.APPROVED)


def give_back(
    session: Session,
    item_id: UUID,
    *,
    reviewer_id: UUID,
    replaces: int,
    remarks: Sequence[Remark],
) -> Review:
    """Return the item to its mask's author with remarks, each pinned to a pixel."""
    item, mask = _judged(session, item_id, reviewer_id=reviewer_id, replaces=replaces)
    if item.state is not ItemState.SUBMITTED:
        raise Conflict("This item was returned already.", field="item")
    image = session.get_one(Image, item.image_id)
    for number, remark in enumerate(remarks):
        if not (0 <= remark["x"] < image.width and 0 <= remark["y"] < image.height):
            raise Invalid(
                f"The remark lies outside the image of {image.width} x {image.height}.",
                field=f"remarks.{number}",
            )
    item.state = ItemState.RETURNED
    item.approved_at = None
    item.returned_to = mask.author_id
    return _add(session, item, mask, reviewer_id, Verdict.RETURNED, remarks)


def fix(
    session: Session,
    blobs: BlobStore,
    item_id: UUID,
    *,
    reviewer_id: UUID,
    replaces: int,
    labels: Labels,
) -> Review:
    """Add the reviewer's own revision, approved; it may also settle a returned item."""
    submissions.check(session, items.get(session, item_id), labels)
    labels = regions.only_inside(labels, regions.of_item(session, items.get(session, item_id)))
    leases.lock_round(session, items.get(session, item_id).round_id)
    item, _ = _judged(session, item_id, reviewer_id=reviewer_id, replaces=replaces)
    mask, _ = submissions.add_human_mask(session, blobs, item, labels, user_id=reviewer_id)
    item.state = ItemState.SUBMITTED
    item.approved_at = now(session)
    item.returned_to = None
    _settle(session, item, mask)
    labelling.end_if_done(session, item.round_id)
    return _add(session, item, mask, reviewer_id, Verdict.FIXED)


def _judged(
    session: Session, item_id: UUID, *, reviewer_id: UUID, replaces: int
) -> tuple[Item, Mask]:
    """Lock the item and return it with the revision that the reviewer has seen.

    Raises:
        Conflict: Nothing is submitted, its author works on it, or the item is a hidden one.
        StaleVersion: There is a newer revision.
        Forbidden: It is the reviewer's own work.
    """
    item = leases.lock_item(session, item_id)
    mask = masks.of_item(session, item)
    if item.hidden:
        raise Conflict("This label is a check of the person, not one of the image.", field="item")
    if item.state not in (ItemState.SUBMITTED, ItemState.RETURNED) or mask is None:
        raise Conflict(f"This item is {item.state}: there is nothing to review.", field="item")
    if mask.revision != replaces:
        raise StaleVersion(current=str(mask.revision))
    if mask.author_id == reviewer_id:
        raise Forbidden("Your own work is reviewed by somebody else.")
    return item, mask


def _add(
    session: Session,
    item: Item,
    mask: Mask,
    reviewer_id: UUID,
    verdict: Verdict,
    remarks: Sequence[Remark] = (),
) -> Review:
    review = Review(
        item_id=item.id,
        mask_id=mask.id,
        reviewer_id=reviewer_id,
        verdict=verdict,
        remarks=list(remarks),
        created_at=now(session),
    )
    session.add(review)
    session.flush()
    return review


def _settle(session: Session, item: Item, mask: Mask) -> None:
    """What is approved of several labels is the image's mask."""
    session.flush()
    if item.is_apart:
        overlap.approved(session, item, mask)


def _submitted() -> AnySelect:
    """Select each item's newest label: the image's mask, or its own where it is kept apart."""
    newest = select(func.max(Mask.revision)).where(Mask.image_id == Item.image_id, ~Mask.apart)
    own = select(func.max(Mask.revision)).where(Mask.item_id == Item.id, Mask.apart)
    apart = or_(Item.hidden, Item.slots > 1)
    return (
        select(Mask, Item, Image, User)
        .join(Item, Item.id == Mask.item_id)
        .join(Image, Image.id == Item.image_id)
        .join(User, User.id == Mask.author_id)
        .where(
            or_(
                and_(
                    ~apart, ~Mask.apart, Mask.revision == newest.correlate(Item).scalar_subquery()
                ),
                and_(apart, Mask.apart, Mask.revision == own.correlate(Item).scalar_subquery()),
            )
        )
    )
