"""Jobs: the truth about long work."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.jobs import JobKind, JobState


class Job(WithId, Base):
    """One piece of long work. The broker's message carries only its id and is a hint.

    Every write of a running job names its `fence`; a worker that lost the job writes nothing.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("round_id", "kind", "part"),
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress_is_share"),
        Index("ix_jobs_state_lease_until", "state", "lease_until"),
        Index("ix_jobs_project_id_id", "project_id", "id"),
    )

    kind: Mapped[JobKind] = mapped_column(text_enum(JobKind))
    queue: Mapped[str]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("rounds.id"))
    part: Mapped[int] = mapped_column(default=0)
    params: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(text_enum(JobState), default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    progress: Mapped[float] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    eta_seconds: Mapped[float | None]
    error: Mapped[str | None]
    error_class: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every visible change; server-sent events name it."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
