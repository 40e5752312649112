"""Masks, as revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.images import MaskOrigin


class Mask(WithId, Base):
    """One revision of an image's label map; the newest is the mask. Rows are only ever added.

    One that is `apart` is a person's own label of an item, never the image's mask: it is compared
    and merged. Its revisions count within the item.
    """

    __tablename__ = "masks"
    __table_args__ = (
        Index("ix_masks_image_id_revision", "image_id", "revision"),  # the unique ones are partial
        Index(
            "uq_masks_image_revision",
            "image_id",
            "revision",
            unique=True,
            sqlite_where=text("apart = 0"),
            postgresql_where=text("NOT apart"),
        ),
        Index(
            "uq_masks_item_revision",
            "item_id",
            "revision",
            unique=True,
            sqlite_where=text("apart = 1"),
            postgresql_where=text("apart"),
        ),
    )

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    revision: Mapped[int]
    apart: Mapped[bool] = mapped_column(default=False, server_default=false())
    sha256: Mapped[str] = mapped_column(index=True)
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
