"""Items: the images that a round asks people to correct."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.items import ItemState


class Item(WithId, Base):
    """One query: this image, this model's guess, whoever takes it first.

    An image that several people label has as many items, its slots; a hidden one is made for the
    one person who gets it. That nobody labels an image twice is a unique index, not a check.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index(
            "uq_items_round_image_slot",
            "round_id",
            "image_id",
            "slot",
            unique=True,
            sqlite_where=text("hidden = 0"),
            postgresql_where=text("NOT hidden"),
        ),
        Index("uq_items_round_image_person", "round_id", "image_id", "taken_by", unique=True),
        Index(
            "uq_items_hidden_image_person",
            "image_id",
            "taken_by",
            unique=True,
            sqlite_where=text("hidden = 1"),
            postgresql_where=text("hidden"),
        ),
        Index("ix_items_project_state_rank", "project_id", "state", "rank"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    class_list_id: Mapped[UUID] = mapped_column(ForeignKey("class_lists.id"))
    slot: Mapped[int] = mapped_column(default=0, server_default="0")
    """Which of the image's labels of this round, from 0."""
    slots: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many people label the image in this round, blind to each other."""
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The right label is known: a check of the person, who is not told; nothing is bought."""
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who holds it or ended it; a hidden one stays with the person for whom it was made."""
    rank: Mapped[int]
    """Its place in the queue."""
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

    @property
    def is_apart(self) -> bool:
        """Whether its label is one of several, or a check: not the image's mask by itself."""
        return self.hidden or self.slots > 1
