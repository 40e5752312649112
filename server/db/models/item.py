"""Items: the images that a round asks people to correct."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.items import ItemState


class Item(WithId, Base):
    """One query: this image, this model's guess, whoever takes it first."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("round_id", "image_id"),
        Index("ix_items_project_state_rank", "project_id", "state", "rank"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    class_list_id: Mapped[UUID] = mapped_column(ForeignKey("class_lists.id"))
    rank: Mapped[int]
    score: Mapped[float] = mapped_column(Float(53))
    state: Mapped[ItemState] = mapped_column(text_enum(ItemState), default=ItemState.OPEN)
    fence: Mapped[int] = mapped_column(default=0)
    """Grows with every lease; a submission with an older fence is late."""
    prediction_sha256: Mapped[str]
    """Blob: the model's mask, index PNG of the image's size."""
    uncertainty_sha256: Mapped[str]
    """Blob: H / ln C as 8-bit grey PNG at stride 4."""
    second_sha256: Mapped[str | None]
    """Blob: each cell's second most likely class, index PNG at stride 4; older items have none."""
    chances_sha256: Mapped[str | None]
    """Blob: 8-bit grey PNG at stride 4, the best class's probability above the second's."""
    superpixels_sha256: Mapped[str | None]
    """Blob: the image's superpixels in their wire form; older items have none."""
    blank: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Begun without the model's mask, to measure what showing it saves."""
    skip_reason: Mapped[str | None]
    returned_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who corrects it again: a reviewer returned their mask. Its label is paid for already."""
    approved_at: Mapped[datetime | None]
    """When a reviewer approved its newest mask."""
    created_at: Mapped[datetime]
