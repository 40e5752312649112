"""Images."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.images import Split


class Image(WithId, Base):
    """One picture of one domain, in one split for good. Its bytes are the blob `sha256`."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("project_id", "split", "name"),
        UniqueConstraint("project_id", "sha256"),
        # Each way to narrow a list has an index in the list's order, so that its last page costs
        # what its first one costs.
        Index("ix_images_project_name", "project_id", "name", "id"),
        Index("ix_images_project_newest", "project_id", "id"),
        Index("ix_images_domain_name", "domain_id", "name", "id"),
        Index("ix_images_group_name", "group_id", "name", "id"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    domain_id: Mapped[UUID] = mapped_column(ForeignKey("domains.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.id"))
    split: Mapped[Split] = mapped_column(text_enum(Split))
    name: Mapped[str]
    """File name without its ending."""
    sha256: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    quarantine_reason: Mapped[str | None]
    """Set when the bytes turn out unreadable later; such an image is left out of every job."""
    created_at: Mapped[datetime]
