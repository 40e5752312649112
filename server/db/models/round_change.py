"""What happened to a round, in order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.rounds import RoundState


class RoundChange(WithId, Base):
    """One edge that a round took; its number makes a second take of the same edge impossible."""

    __tablename__ = "round_changes"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[int]
    state: Mapped[RoundState] = mapped_column(text_enum(RoundState))
    """The state that the edge led to."""
    reason: Mapped[str]
    at: Mapped[datetime]
