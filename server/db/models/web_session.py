"""Browsers that are signed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class WebSession(WithId, Base):
    """A signed-in browser; only the SHA-256 of its cookie is kept."""

    __tablename__ = "web_sessions"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
