"""Masks as revisions: the newest is the mask, and none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, func, select
from sqlalchemy.orm import Session, aliased

from server.db.engine import now
from server.db.models import Image, Item, Mask, User
from server.rules.errors import Conflict, NotFound, PreconditionRequired, StaleVersion
from server.rules.images import MaskOrigin, Split
from server.services import budgets
from server.services.paging import Key, Page, PageQuery, fetch


@dataclass(frozen=True)
class Effort:
    """What the editor says a mask took; all of it is optional, none of it is trusted."""

    active_seconds: float | None = None
    strokes: int | None = None
    clicks: int | None = None
    undos: int | None = None


def newest(session: Session, image_id: UUID) -> Mask | None:
    """Return the image's mask, or None."""
    return _last(session, Mask.image_id == image_id, ~Mask.apart)


def of_item(session: Session, item: Item) -> Mask | None:
    """Return what an item's next label replaces: the image's mask, or the item's own label."""
    if item.is_apart:
        return _last(session, Mask.item_id == item.id, Mask.apart)
    return newest(session, item.image_id)


def add_revision(
    session: Session,
    *,
    image_id: UUID,
    sha256: str,
    origin: MaskOrigin,
    class_list_id: UUID,
    author_id: UUID | None = None,
    item_id: UUID | None = None,
    changed_pixels: int | None = None,
    effort: Effort | None = None,
    apart: bool = False,
) -> Mask:
    """Add the next revision, whose PNG is already the blob `sha256`.

    The image's row is locked, so that two writers number their revisions one after the other.

    Args:
        apart: It is the item's own label and not the image's mask.
    """
    effort = effort or Effort()
    session.get_one(Image, image_id, with_for_update=True)
    if apart:
        last = _last(session, Mask.item_id == item_id, Mask.apart)
    else:
        last = newest(session, image_id)
    mask = Mask(
        image_id=image_id,
        apart=apart,
        revision=(last.revision if last else 0) + 1,
        sha256=sha256,
        origin=origin,
        class_list_id=class_list_id,
        author_id=author_id,
        item_id=item_id,
        changed_pixels=changed_pixels,
        active_seconds=effort.active_seconds,
        strokes=effort.strokes,
        clicks=effort.clicks,
        undos=effort.undos,
        created_at=now(session),
    )
    session.add(mask)
    session.flush()
    return mask


def put_truth(
    session: Session,
    image: Image,
    *,
    sha256: str,
    class_list_id: UUID,
    author_id: UUID,
    replaces: int | None,
) -> Mask:
    """Add a ground-truth mask of an image that no round asks about.

    Args:
        replaces: The revision that the writer has seen; None: they believe there is none.

    Raises:
        Conflict: The image is of the pool or of a round: its masks come from items, where they
            are paid for.
        BudgetExhausted: A validation image's first label is paid for, and nothing is left.
        PreconditionRequired, StaleVersion: There is a revision that the writer has not seen.
    """
    if image.split is Split.POOL or _is_asked_for(session, image.id):
        raise Conflict("Masks of what a round asks for are drawn in that round.", field="mask")
    session.get_one(Image, image.id, with_for_update=True)
    current = newest(session, image.id)
    if current is not None and replaces is None:
        raise PreconditionRequired("This image has a mask: name its revision in If-Match.")
    if replaces is not None and (current is None or current.revision != replaces):
        raise StaleVersion(current=str(current.revision if current else 0))
    made = add_revision(
        session,
        image_id=image.id,
        sha256=sha256,
        origin=MaskOrigin.HUMAN,
        class_list_id=class_list_id,
        author_id=author_id,
    )
    if current is None and image.split is Split.VALIDATION:
        budgets.charge(session, image, actor_id=author_id)  # last: the counters are shared
    return made


def _is_asked_for(session: Session, image_id: UUID) -> bool:
    return session.scalar(select(Item.id).where(Item.image_id == image_id).limit(1)) is not None


def get(session: Session, mask_id: UUID) -> Mask:
    """Return the revision, or raise `NotFound`."""
    mask = session.get(Mask, mask_id)
    if mask is None:
        raise NotFound
    return mask


def restore(session: Session, mask_id: UUID, *, replaces: int) -> Mask:
    """Add a revision with the bytes of an earlier one.

    It stays the work of who drew it, and counts as no new effort. An approval was of another mask,
    so the item waits for a review again.

    Raises:
        StaleVersion: `replaces` is not the newest revision.
        Conflict: It is the newest one itself, or never was the image's mask.
    """
    earlier = get(session, mask_id)
    if earlier.apart:
        raise Conflict("This is one person's label, not a mask of the image.", field="mask")
    session.get_one(Image, earlier.image_id, with_for_update=True)
    current = newest(session, earlier.image_id)
    if current is None or current.revision != replaces:
        raise StaleVersion(current=str(current.revision if current else 0))
    if current.sha256 == earlier.sha256:
        raise Conflict(f"Revision {earlier.revision} is the mask as it is.", field="mask")
    if earlier.item_id is not None:
        session.get_one(Item, earlier.item_id).approved_at = None
    return add_revision(
        session,
        image_id=earlier.image_id,
        sha256=earlier.sha256,
        origin=earlier.origin,
        class_list_id=earlier.class_list_id,
        author_id=earlier.author_id,
        item_id=earlier.item_id,
    )


def revisions(session: Session, image_id: UUID, query: PageQuery) -> Page:
    """Return a page of (mask, the author's name or None, the same bytes before), newest first."""
    earlier = aliased(Mask)
    same = (
        select(func.min(earlier.revision))
        .where(
            earlier.image_id == Mask.image_id,
            earlier.sha256 == Mask.sha256,
            earlier.revision < Mask.revision,
            ~earlier.apart,
        )
        .scalar_subquery()
    )
    statement = (
        select(Mask, User.name, same)
        .outerjoin(User, User.id == Mask.author_id)
        .where(Mask.image_id == image_id, ~Mask.apart)
    )
    keys = [Key(Mask.revision, lambda row: row[0].revision, int)]
    return fetch(session, statement, query, keys=keys, newest_first=True)


def _last(session: Session, *conditions: ColumnExpressionArgument[bool]) -> Mask | None:
    statement = select(Mask).where(*conditions).order_by(Mask.revision.desc()).limit(1)
    return session.scalar(statement)
