"""Tokens for scripts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Token(WithId, Base):
    """Acts for one person, with fewer rights at most; only its SHA-256 is kept."""

    __tablename__ = "tokens"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    """`read`, `write`."""
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("projects.id"))
    """Bound to one project: all others do not exist for this token."""
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
