"""Class lists, versioned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class ClassList(WithId, Base):
    """One version of a project's classes. Rows are only ever added; items pin theirs."""

    __tablename__ = "class_lists"
    __table_args__ = (UniqueConstraint("project_id", "version"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    version: Mapped[int]
    classes: Mapped[list[Any]]
    """`[{"id": 0..254, "name": str, "colour": "#rrggbb"}]`, in order of id."""
    created_at: Mapped[datetime]
