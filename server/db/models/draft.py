"""Work that is not submitted yet, or came too late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Draft(WithId, Base):
    """The newest unsubmitted label map of one person for one item."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("item_id", "user_id"),)

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    revision: Mapped[int]
    sha256: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)
    """Sent after the lease had ended: kept, but not counted."""
    updated_at: Mapped[datetime]
