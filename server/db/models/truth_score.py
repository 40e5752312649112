"""How people's labels of images with a known truth compared with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class TruthScore(WithId, Base):
    """One person's label of one image: a person gets each image once."""

    __tablename__ = "truth_scores"
    __table_args__ = (
        UniqueConstraint("image_id", "user_id"),
        Index("ix_truth_scores_project_user", "project_id", "user_id"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    score: Mapped[float] = mapped_column(Float(53))
    """Mean IoU over the classes, away from the truth's edges."""
    by_class: Mapped[list[Any]]
    """`[class, IoU]` each."""
    created_at: Mapped[datetime]
