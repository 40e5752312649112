"""People."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class User(WithId, Base):
    """A person who signs in. Rows are disabled, never deleted: masks and ledger name them."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None]
    """Argon2id with its parameters; None: signs in by links only."""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
