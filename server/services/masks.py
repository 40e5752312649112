"""Masks as revisions: the newest is the mask, and none is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image, Mask
from server.rules.images import MaskOrigin


@dataclass(frozen=True)
class Effort:
    """What the editor says a mask took; all of it is optional, none of it is trusted."""

    active_seconds: float | None = None
    strokes: int | None = None
    clicks: int | None = None
    undos: int | None = None


def newest(session: Session, image_id: UUID) -> Mask | None:
    """Return the image's mask, or None."""
    return session.scalar(
        select(Mask).where(Mask.image_id == image_id).order_by(Mask.revision.desc()).limit(1)
    )


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
) -> Mask:
    """Add the next revision, whose PNG is already the blob `sha256`.

    The image's row is locked, so that two writers number their revisions one after the other.
    """
    effort = effort or Effort()
    session.get_one(Image, image_id, with_for_update=True)
    last = session.scalar(select(func.max(Mask.revision)).where(Mask.image_id == image_id))
    mask = Mask(
        image_id=image_id,
        revision=(last or 0) + 1,
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
