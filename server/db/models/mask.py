"""Masks, as revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.images import MaskOrigin


class Mask(WithId, Base):
    """One revision of an image's label map; the newest is the mask. Rows are only ever added."""

    __tablename__ = "masks"
    __table_args__ = (UniqueConstraint("image_id", "revision"),)

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    revision: Mapped[int]
    sha256: Mapped[str]
    """Blob: index PNG of the image's own size."""
    origin: Mapped[MaskOrigin] = mapped_column(text_enum(MaskOrigin))
    class_list_id: Mapped[UUID] = mapped_column(ForeignKey("class_lists.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"), index=True)
    changed_pixels: Mapped[int | None]
    """Pixels that differ from the model's mask that the person was shown; None for imports."""
    active_seconds: Mapped[float | None]
    """What the editor reported, bounded by the lease's wall time."""
    strokes: Mapped[int | None]
    clicks: Mapped[int | None]
    undos: Mapped[int | None]
    confusion: Mapped[list[Any] | None]
    """`[model's class, person's class, pixels]` of each pair that occurs, equal ones too."""
    created_at: Mapped[datetime]
