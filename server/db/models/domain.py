"""The two worlds that a project bridges."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.images import Domain


class DomainRow(WithId, Base):
    """A project's source or target; a project has one of each."""

    __tablename__ = "domains"
    __table_args__ = (UniqueConstraint("project_id", "kind"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[Domain] = mapped_column(text_enum(Domain))
