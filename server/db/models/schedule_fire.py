"""What became of each due moment of a schedule."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.schedules import FireOutcome


class ScheduleFire(WithId, Base):
    """One due moment, once: the unique constraint makes two tickers harmless."""

    __tablename__ = "schedule_fires"
    __table_args__ = (UniqueConstraint("schedule_id", "due"),)

    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("schedules.id"))
    due: Mapped[str]
    """What was due: an ISO time, `labels:15`, or `budget:30`."""
    outcome: Mapped[FireOutcome] = mapped_column(text_enum(FireOutcome))
    reason: Mapped[str]
    missed: Mapped[int] = mapped_column(default=0)
    """Earlier due moments that nobody saw pass, and that this one makes up for."""
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("rounds.id"))
    at: Mapped[datetime]
