"""What the labels bought and took: savings, pseudo-labels, confusions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import Image, Item, Mask, Round
from server.rules.effort import Saving, saving
from server.rules.images import MaskOrigin, Split
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


def effort_saved(session: Session, project_id: UUID) -> Saving | None:
    """Compare the active time of blank starts with prefilled ones; None while they are few."""
    rows = session.execute(
        select(Item.blank, Mask.active_seconds)
        .join(Mask, Mask.item_id == Item.id)
        .join(Image, Image.id == Item.image_id)
        .where(
            Item.project_id == project_id,
            Image.split == Split.POOL,  # validation always starts blank, and is chosen otherwise
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
            ~Item.hidden,
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
