"""Images that cannot be read any more: left out of every job until a lead takes them back.

A file of ten thousand that rots on its disk must not stop a round; a disk that has gone must.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.db.models import Image, Mask
from server.rules.errors import Conflict
from server.services import audit, images

FEW = 3
"""So many may be left out, however small the project is."""
MOST_PERCENT = 1


class TooMuchUnreadable(Conflict):
    """So many images cannot be read that the storage itself must be looked at."""


def leave_out(session: Session, project_id: UUID, *, sha256: str, reason: str) -> Image | None:
    """Leave out the image whose own bytes or mask have this hash; None: there is no such image.

    Raises:
        TooMuchUnreadable: More would be left out than a few rotten files explain.
    """
    with_mask = select(Mask.image_id).where(Mask.sha256 == sha256)
    image = session.scalars(
        select(Image)
        .where(
            Image.project_id == project_id,
            or_(Image.sha256 == sha256, Image.id.in_(with_mask)),
            Image.quarantine_reason.is_(None),
        )
        .order_by(Image.id)
    ).first()
    if image is None:
        return None
    _check(session, project_id, image, reason)
    image.quarantine_reason = reason
    session.flush()
    audit.note(
        session,
        "image.left_out",
        project_id=project_id,
        actor_id=None,
        subject=image.id,
        reason=reason,
    )
    return image


def take_back(session: Session, image_id: UUID, *, actor_id: UUID) -> Image:
    """Have jobs use the image again; it is left out anew if it still cannot be read."""
    image = images.get(session, image_id)
    if image.quarantine_reason is None:
        raise Conflict("This image is not left out.")
    image.quarantine_reason = None
    session.flush()
    audit.note(
        session,
        "image.taken_back",
        project_id=image.project_id,
        actor_id=actor_id,
        subject=image.id,
    )
    return image


def _check(session: Session, project_id: UUID, image: Image, reason: str) -> None:
    of_project = Image.project_id == project_id
    out, of = session.execute(
        select(func.count(Image.quarantine_reason), func.count()).where(of_project)
    ).one()
    if out >= max(FEW, of * MOST_PERCENT // 100):
        raise TooMuchUnreadable(
            f"{out} of {of} images are left out already, and {image.name} cannot be used either:"
            f" {reason}. Look at the storage, take the images back, then try again."
        )
