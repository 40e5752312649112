"""Rounds that start by themselves."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.schedules import ScheduleKind


class Schedule(WithId, Base):
    """By the clock (cron), by new labels, or when the budget is used."""

    __tablename__ = "schedules"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    kind: Mapped[ScheduleKind] = mapped_column(text_enum(ScheduleKind))
    cron: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(default="UTC")
    every: Mapped[int | None]
    """New labels between two fires."""
    used_share: Mapped[float | None] = mapped_column(Float(53))
    """Share of the budget whose use is waited for; None: all of it."""
    quiet_since: Mapped[time | None]
    quiet_until: Mapped[time | None]
    """Local time of day between which nothing starts by itself."""
    counted: Mapped[int] = mapped_column(default=0)
    """Labels that earlier fires have accounted for."""
    next_fire_at: Mapped[datetime | None]
    round: Mapped[dict[str, Any]]
    """The round to start: k, percent or whole_budget; strategy, seed, config."""
    enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change that a person makes."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
