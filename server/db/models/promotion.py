"""Which model serves, and since when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.promotions import Outcome


class Promotion(WithId, Base):
    """One decision about a model. Rows are only ever added; the newest that stands serves."""

    __tablename__ = "promotions"
    __table_args__ = (Index("ix_promotions_project_id_id", "project_id", "id"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"))
    """The model that was decided about; after a rollback, the earlier one that serves again."""
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id"))
    """The model that served before."""
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome))
    reason: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
