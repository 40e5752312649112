"""What people prefer, wherever they sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Preference(WithId, Base):
    """One person's language, theme, keys and the like; a missing name is the default."""

    __tablename__ = "preferences"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), unique=True)
    values: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
