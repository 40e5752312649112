"""What happened to a round, in order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.rounds import RoundAct, RoundState


class RoundChange(WithId, Base):
    """One thing that happened; its number makes a second take of the same edge impossible."""

    __tablename__ = "round_changes"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[int]
    act: Mapped[RoundAct] = mapped_column(text_enum(RoundAct))
    state: Mapped[RoundState] = mapped_column(text_enum(RoundState))
    """Where the round stood afterwards."""
    reason: Mapped[str]
    """Why, in words; nothing where the act says it all."""
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who did it; None: a job or a schedule."""
    at: Mapped[datetime]
