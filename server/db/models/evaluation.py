"""What a model scored on a labelled split."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db.base import Base, WithId
from server.db.models.kinds import text_enum
from server.rules.images import Split


class Evaluation(WithId, Base):
    """One model on one split: the confusion matrix, from which every score follows."""

    __tablename__ = "evaluations"
    __table_args__ = (UniqueConstraint("model_id", "split"),)

    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"))
    split: Mapped[Split] = mapped_column(text_enum(Split))
    images: Mapped[int]
    confusion: Mapped[list[Any]]
    """Rows: true class, columns: predicted class, in the order of the class list; pixels."""
    miou: Mapped[float | None]
    """Mean over the classes that occur; None when none does."""
    calibration: Mapped[list[Any] | None]
    """Per bin of confidence: pixels, sum of their confidences, how many were right."""
    worst: Mapped[list[Any] | None]
    """`{"image_id", "agreement", "prediction_sha256"}` of the images that model and labels agree on
    least, the worst first."""
    created_at: Mapped[datetime]
