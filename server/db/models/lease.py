"""Who holds which item until when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.items import LeaseState

_ACTIVE = text("state = 'active'")


class Lease(WithId, Base):
    """One person's hold on one item. An item has one active lease at most (a unique index)."""

    __tablename__ = "leases"
    __table_args__ = (
        Index(
            "uq_leases_item_active",
            "item_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index("ix_leases_state_expires_at", "state", "expires_at"),
        Index("ix_leases_user_state", "user_id", "state"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    fence: Mapped[int]
    state: Mapped[LeaseState] = mapped_column(text_enum(LeaseState), default=LeaseState.ACTIVE)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
