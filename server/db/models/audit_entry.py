"""Who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class AuditEntry(WithId, Base):
    """One act that changed something. Rows are only ever added, each chained to the one before."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_project_id_id", "project_id", "id"),)

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """None: the service itself."""
    act: Mapped[str]
    """`round.started`, `budget.granted`, ..."""
    subject: Mapped[str]
    """Id of the thing."""
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    number: Mapped[int] = mapped_column(server_default="0")
    """Place in its chain (the project's, or the installation's), from 1."""
    sha256: Mapped[str] = mapped_column(server_default="")
    """Covers the entry and the hash before it."""
