"""How unsure the model was of each candidate."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Score(WithId, Base):
    """One candidate's score in one round: all of them are kept, not just the chosen."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("round_id", "image_id"),
        Index("ix_scores_round_score", "round_id", "score"),
        Index("ix_scores_round_score_image", "round_id", "score", "image_id"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    score: Mapped[float] = mapped_column(Float(53))
    """In [0, 1], higher is less sure."""
    rank: Mapped[int | None]
    """1 for the first choice; None when not chosen."""
    reason: Mapped[str | None]
