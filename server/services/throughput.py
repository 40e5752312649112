"""How fast labels come in, from whom, and when a round will be labelled at this pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image, Item, Lease, Mask, Round, User
from server.rules.images import MaskOrigin, Split
from server.rules.items import ItemState, LeaseState
from server.rules.rounds import RoundState

WINDOW = timedelta(hours=1)
"""What "now" means: long enough for slow images, short enough to see people come and go."""
SHORTEST = timedelta(minutes=5)
"""A pace is not reckoned over less: the first label after a break says nothing."""


@dataclass(frozen=True)
class Pace:
    """How fast one person labels."""

    name: str
    labels: int
    """In the last hour."""
    per_hour: float | None
    """Labels per hour of active work, over all that they did here; None: no time was recorded."""
    holds: int


@dataclass(frozen=True)
class Throughput:
    """The queue of the round that is being labelled, and how fast it empties."""

    items: dict[ItemState, int]
    labels: int
    """In the last hour."""
    per_hour: float | None
    """By the clock on the wall, all people together; None: nothing came in for an hour."""
    finish_at: datetime | None
    """When nothing is left at this pace; None while nobody works, or nothing is being labelled."""
    people: list[Pace]


def of_project(session: Session, project_id: UUID) -> Throughput:
    """Return the pace of the last hour and what it means for the queue."""
    moment = now(session)
    counts = _counts(session, project_id)
    labels, began = _recent(session, project_id, moment)
    per_hour = finish = None
    if labels and began is not None:
        span = max(SHORTEST, moment - max(began, moment - WINDOW))
        per_hour = labels / (span / timedelta(hours=1))
        left = sum(counts[each] for each in (ItemState.OPEN, ItemState.LEASED, ItemState.RETURNED))
        finish = moment + timedelta(hours=left / per_hour) if left else None
    return Throughput(
        counts, labels, per_hour, finish, _people(session, project_id, moment - WINDOW)
    )


def _counts(session: Session, project_id: UUID) -> dict[ItemState, int]:
    rows = session.execute(
        select(Item.state, func.count())
        .join(Round, Round.id == Item.round_id)
        .where(Item.project_id == project_id, Round.state == RoundState.LABELLING, ~Item.hidden)
        .group_by(Item.state)
    )
    return {**dict.fromkeys(ItemState, 0), **dict(rows.all())}


def _recent(session: Session, project_id: UUID, moment: datetime) -> tuple[int, datetime | None]:
    """Return how many labels the last hour brought, and when the first of them was begun."""
    count, began = session.execute(
        select(func.count(Lease.id), func.min(Lease.started_at)).where(
            Lease.project_id == project_id,
            Lease.state == LeaseState.SUBMITTED,
            Lease.ended_at > moment - WINDOW,
        )
    ).one()
    return count, began


def _people(session: Session, project_id: UUID, since: datetime) -> list[Pace]:
    """Return everybody who labelled or holds something, the busiest first."""
    recent = case(((Lease.state == LeaseState.SUBMITTED) & (Lease.ended_at > since), 1), else_=0)
    held = case((Lease.state == LeaseState.ACTIVE, 1), else_=0)
    rows = session.execute(
        select(User.id, User.name, func.sum(recent), func.sum(held))
        .join(Lease, Lease.user_id == User.id)
        .where(Lease.project_id == project_id)
        .group_by(User.id, User.name)
    ).all()
    hourly = _hourly(session, project_id)
    found = [
        Pace(name, int(labels), hourly.get(user_id), int(holds))
        for user_id, name, labels, holds in rows
    ]
    return sorted(found, key=lambda one: (-one.labels, -one.holds, one.name))


def _hourly(session: Session, project_id: UUID) -> dict[UUID | None, float]:
    rows = session.execute(
        select(Mask.author_id, func.count(Mask.id), func.sum(Mask.active_seconds))
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.project_id == project_id,
            Image.split == Split.POOL,
            Mask.origin == MaskOrigin.HUMAN,
            Mask.active_seconds.is_not(None),
        )
        .group_by(Mask.author_id)
    )
    return {author: 3600 * count / seconds for author, count, seconds in rows if seconds}
