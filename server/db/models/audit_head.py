"""Where each chain of audit entries ends."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class AuditHead(WithId, Base):
    """The last entry of one chain; whoever adds one holds this row's lock."""

    __tablename__ = "audit_heads"

    scope: Mapped[str] = mapped_column(unique=True)
    """A project's id, or `installation`."""
    number: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str]
