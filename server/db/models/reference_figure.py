"""Figures that a lead knows from elsewhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.references import ReferenceKind


class ReferenceFigure(WithId, Base):
    """A test mIoU to compare the project's own with, and where it comes from."""

    __tablename__ = "reference_figures"
    __table_args__ = (UniqueConstraint("project_id", "kind"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[ReferenceKind] = mapped_column(text_enum(ReferenceKind))
    miou: Mapped[float] = mapped_column(Float(53))
    origin: Mapped[str]
    """In the lead's words: which model, trained on what."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
