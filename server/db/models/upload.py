"""Uploads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Upload(WithId, Base):
    """A file that arrives piece by piece; how much has arrived is the length of its file."""

    __tablename__ = "uploads"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    """How long the whole is, as was said at its beginning."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
