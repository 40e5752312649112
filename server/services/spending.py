"""What the labels of each training took: minutes of people's time, and pixels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import Image, Job, Mask, Model
from server.rules.images import MaskOrigin, Split


@dataclass(frozen=True)
class Spent:
    """All that the target labels of a training took."""

    minutes: float | None
    """Active ones; None while nobody's time was recorded."""
    pixels: int
    """Of the labelled images, as budgets count them."""


def of_models(session: Session, project_id: UUID, models: Sequence[Model]) -> dict[UUID, Spent]:
    """Return what each model's labels took: those that were in when its job was queued."""
    queued = dict(
        session.execute(
            select(Job.id, Job.created_at).where(Job.id.in_([model.job_id for model in models]))
        ).all()
    )
    areas, times = _areas(session, project_id), _times(session, project_id)
    return {
        model.id: Spent(
            minutes=_until(times, queued[model.job_id]) / 60 if times else None,
            pixels=int(_until(areas, queued[model.job_id])),
        )
        for model in models
    }


_Rows = list[tuple[datetime, float]]


def _areas(session: Session, project_id: UUID) -> _Rows:
    """Return when each of the pool's images got its first label, and how many pixels it has."""
    first = func.min(Mask.created_at)
    rows = session.execute(
        select(first, Image.width * Image.height)
        .join(Mask, Mask.image_id == Image.id)
        .where(Image.project_id == project_id, Image.split == Split.POOL)
        .group_by(Image.id, Image.width, Image.height)
        .order_by(first)
    )
    return [(at, float(area)) for at, area in rows]


def _times(session: Session, project_id: UUID) -> _Rows:
    """Return when people's masks came in, and how many seconds each took."""
    rows = session.execute(
        select(Mask.created_at, Mask.active_seconds)
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.project_id == project_id,
            Image.split == Split.POOL,
            Mask.origin == MaskOrigin.HUMAN,
            Mask.active_seconds.is_not(None),
        )
        .order_by(Mask.created_at)
    )
    return [(at, seconds or 0.0) for at, seconds in rows]


def _until(rows: _Rows, moment: datetime) -> float:
    count = bisect_right([at for at, _ in rows], moment)
    return [0.0, *accumulate(amount for _, amount in rows)][count]
