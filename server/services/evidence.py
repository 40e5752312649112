"""What the labels bought and took: savings, pseudo-labels, confusions, people's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from server.db.models import Image, Item, Lease, Mask, Round, User
from server.rules.effort import Saving, saving
from server.rules.images import MaskOrigin, Split
from server.rules.items import LeaseState
from server.services import measurements

SHOWN = 10
"""Pairs of confused classes."""


@dataclass(frozen=True)
class PseudoLabels:
    """How the model's masks did on images that people corrected afterwards."""

    round: int
    images: int
    accuracy: float
    """Share of the pixels that people left as they were."""


@dataclass(frozen=True)
class Confusion:
    """Pixels of one class that the model takes for another."""

    true: str
    guessed: str
    pixels: int
    share: float
    """Of the true class's pixels."""


@dataclass(frozen=True)
class Person:
    """What one person did in a project."""

    name: str
    labels: int
    skipped: int
    median_seconds: float | None
    changed_share: float | None
    """Of the pixels of their images: how much of the model's masks they changed."""


def effort_saved(session: Session, project_id: UUID) -> Saving | None:
    """Compare the active time of blank starts with prefilled ones; None while they are few."""
    rows = session.execute(
        select(Item.blank, Mask.active_seconds)
        .join(Mask, Mask.item_id == Item.id)
        .where(
            Item.project_id == project_id,
            Mask.origin == MaskOrigin.HUMAN,
            Mask.active_seconds.is_not(None),
        )
    ).all()
    times = {
        kind: [float(seconds or 0) for blank, seconds in rows if blank is kind]
        for kind in (True, False)
    }
    return saving(times[True], times[False])


def pseudo_labels(session: Session, project_id: UUID) -> list[PseudoLabels]:
    """Return, per round, how right the model was about images that it was least sure of."""
    rows = session.execute(
        select(
            Round.number,
            func.count(Mask.id),
            func.sum(Mask.changed_pixels),
            func.sum(Image.width * Image.height),
        )
        .join(Item, Item.round_id == Round.id)
        .join(Mask, Mask.item_id == Item.id)
        .join(Image, Image.id == Item.image_id)
        .where(
            Round.project_id == project_id,
            Mask.origin == MaskOrigin.HUMAN,
            Mask.changed_pixels.is_not(None),
        )
        .group_by(Round.number)
        .order_by(Round.number)
    )
    return [
        PseudoLabels(number, images, 1 - int(changed or 0) / int(pixels))
        for number, images, changed, pixels in rows
    ]


def confusions(session: Session, project_id: UUID) -> list[Confusion]:
    """Return the pairs of classes that the newest measured model confuses most, on test."""
    found = measurements.newest(session, project_id, Split.TEST)
    if found is None:
        return []
    names = [str(entry["name"]) for entry in found.classes]
    pairs = [
        Confusion(names[true], names[guessed], pixels, pixels / sum(row))
        for true, row in enumerate(found.counts)
        for guessed, pixels in enumerate(row)
        if true != guessed and pixels > 0
    ]
    return sorted(pairs, key=lambda pair: -pair.pixels)[:SHOWN]


def people(session: Session, project_id: UUID, *, only: UUID | None = None) -> Sequence[Person]:
    """Return what each person did, by name; `only` one of them."""
    submitted = case((Lease.state == LeaseState.SUBMITTED, 1), else_=0)
    skipped = case((Lease.state == LeaseState.SKIPPED, 1), else_=0)
    counts = (
        select(User.id, User.name, func.sum(submitted), func.sum(skipped))
        .join(Lease, Lease.user_id == User.id)
        .where(Lease.project_id == project_id)
        .group_by(User.id, User.name)
        .order_by(User.name)
    )
    if only is not None:
        counts = counts.where(User.id == only)
    return [
        Person(name, int(labels), int(skips), *_habits(session, project_id, user_id))
        for user_id, name, labels, skips in session.execute(counts).all()
    ]


def _habits(session: Session, project_id: UUID, user_id: UUID) -> tuple[float | None, float | None]:
    """Return the person's median seconds per label and how much they change."""
    rows = session.execute(
        select(Mask.active_seconds, Mask.changed_pixels, Image.width * Image.height)
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.project_id == project_id,
            Mask.author_id == user_id,
            Mask.item_id.is_not(None),
        )
    ).all()
    times = [seconds for seconds, _, _ in rows if seconds is not None]
    pixels = sum(area for _, changed, area in rows if changed is not None)
    changed = sum(each for _, each, _ in rows if each is not None)
    return (median(times) if times else None), (changed / pixels if pixels else None)
