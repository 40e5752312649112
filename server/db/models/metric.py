"""Numbers over the steps of a training job."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Metric(WithId, Base):
    """One named number at one step of one job (`loss/total`, ...)."""

    __tablename__ = "metrics"
    __table_args__ = (UniqueConstraint("job_id", "name", "step"),)

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    name: Mapped[str]
    step: Mapped[int]
    value: Mapped[float] = mapped_column(Float(53))
