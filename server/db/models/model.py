"""Trained models."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.jobs import JobKind


class Model(WithId, Base):
    """What one training job made: files kept as blobs, named by their hashes."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("project_id", "version"), UniqueConstraint("job_id"))

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), index=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    version: Mapped[int]
    stage: Mapped[JobKind] = mapped_column(text_enum(JobKind))
    """`warm_up` or `retrain`."""
    class_list_id: Mapped[UUID] = mapped_column(ForeignKey("class_lists.id"))
    files: Mapped[dict[str, Any]]
    """File name -> SHA-256 of its blob."""
    snapshot_sha256: Mapped[str]
    """Blob: the frozen list of images and mask revisions that it was trained on."""
    labels_spent: Mapped[int]
    """Target labels in the snapshot."""
    seconds: Mapped[float]
    created_at: Mapped[datetime]
