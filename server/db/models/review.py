"""What reviewers said of submitted masks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.reviews import Verdict


class Review(WithId, Base):
    """One verdict on one revision. Rows are only ever added; the newest counts."""

    __tablename__ = "reviews"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), index=True)
    mask_id: Mapped[UUID] = mapped_column(ForeignKey("masks.id"))
    """The revision that was looked at; of a fixed one, the reviewer's own."""
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Verdict] = mapped_column(text_enum(Verdict))
    remarks: Mapped[list[Any]]
    """`{"x": int, "y": int, "text": str}` each, in image pixels."""
    created_at: Mapped[datetime]
