"""What models see in the pool's images."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId


class ImagePrediction(WithId, Base):
    """One model's mask of one image, kept per model, so that a rollback has the earlier ones."""

    __tablename__ = "image_predictions"
    __table_args__ = (UniqueConstraint("model_id", "image_id"),)

    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"))
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id"))
    sha256: Mapped[str] = mapped_column(index=True)
    """Blob: index PNG of the image's size."""
