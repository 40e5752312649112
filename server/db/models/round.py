"""Rounds of the loop."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.rounds import WORKING, RoundState

_WORKING = text("state IN ({})".format(", ".join(f"'{state.value}'" for state in sorted(WORKING))))


class Round(WithId, Base):
    """One turn: score the pool, ask for `k` labels, retrain, measure.

    One round works per project at a time (a partial unique index, not a check).
    """

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("k > 0", name="k_positive"),
        Index(
            "uq_rounds_project_working",
            "project_id",
            unique=True,
            sqlite_where=_WORKING,
            postgresql_where=_WORKING,
        ),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    state: Mapped[RoundState] = mapped_column(text_enum(RoundState), default=RoundState.DRAFT)
    paused_reason: Mapped[str | None]
    k: Mapped[int]
    strategy: Mapped[str]
    seed: Mapped[int]
    config: Mapped[dict[str, Any]]
    """Keys of `StageConfig` that differ from its defaults, frozen when the round was made."""
    class_list_id: Mapped[UUID | None] = mapped_column(ForeignKey("class_lists.id"))
    """Pinned at the start; items and models of the round mean these classes."""
    manifest: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it exists: who or which schedule asked."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
