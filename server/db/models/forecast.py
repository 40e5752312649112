"""What was said about the next labels, beside what they brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.images import Split


class Forecast(WithId, Base):
    """One forecast, made when a model was measured; the next measured model answers it, once."""

    __tablename__ = "forecasts"
    __table_args__ = (Index("ix_forecasts_project_id_id", "project_id", "id"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"), unique=True)
    """The newest model that it saw."""
    split: Mapped[Split] = mapped_column(text_enum(Split))
    """Whose scores it was made from."""
    points: Mapped[list[Any]]
    """`[[labels, score], ...]`: all that it saw."""
    ahead: Mapped[int]
    """Labels that it looks ahead."""
    low: Mapped[float] = mapped_column(Float(53))
    middle: Mapped[float] = mapped_column(Float(53))
    high: Mapped[float] = mapped_column(Float(53))
    """The score after `ahead` more labels: 90 % interval and its median."""
    plateau: Mapped[float] = mapped_column(Float(53))
    minutes: Mapped[float | None] = mapped_column(Float(53))
    created_at: Mapped[datetime]
    answer_model_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id"))
    answer_labels: Mapped[int | None]
    """Labels that the next model really saw; the interval below is the forecast for so many."""
    answer_low: Mapped[float | None] = mapped_column(Float(53))
    answer_middle: Mapped[float | None] = mapped_column(Float(53))
    answer_high: Mapped[float | None] = mapped_column(Float(53))
    answer_score: Mapped[float | None] = mapped_column(Float(53))
