"""What a job says while it works."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class JobLine(WithId, Base):
    """One line of a job's log, for people to read."""

    __tablename__ = "job_lines"
    __table_args__ = (Index("ix_job_lines_job_id_id", "job_id", "id"),)

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    at: Mapped[datetime]
    text: Mapped[str]
