"""Two people's labels of one image, side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class Comparison(WithId, Base):
    """One pair of the items of one image in one round; the smaller item id comes first."""

    __tablename__ = "comparisons"
    __table_args__ = (UniqueConstraint("first_item_id", "second_item_id"),)

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    first_item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    second_item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    first_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    second_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    confusion: Mapped[list[Any]]
    """`[first one's class, second one's class, pixels]` of each pair that occurs."""
