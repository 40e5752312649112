"""Projects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Project(WithId, Base):
    """One loop: a source, a target, people, a budget, and the models it made."""

    __tablename__ = "projects"

    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Training settings that every round starts from; keys as in `StageConfig`."""
    image_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """What all its images take: a sum over a million of them would be too slow to ask for."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
