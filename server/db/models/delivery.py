"""Events on their way to other services."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.webhooks import DeliveryState


class Delivery(WithId, Base):
    """One event for one webhook: added with the event itself, sent by the tick, kept as a log."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_state_due_at", "state", "due_at"),
        Index("ix_deliveries_webhook_id_id", "webhook_id", "id"),
    )

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[str]
    body: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(text_enum(DeliveryState))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    """Not tried before; while it is being tried, when another may try."""
    status: Mapped[int | None]
    """Of the last answer."""
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
