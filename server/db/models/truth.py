"""Images whose right label is known, to be mixed into people's queues."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Truth(WithId, Base):
    """An approved mask that people's labels of the same image are compared with."""

    __tablename__ = "truths"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"), unique=True)
    mask_id: Mapped[UUID] = mapped_column(ForeignKey("masks.id"))
    """The revision that was marked: later ones change nothing here."""
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    """Whose label it was; people begin from the same model's mask."""
    marked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
