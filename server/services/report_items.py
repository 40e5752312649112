"""A round's items as its report shows them: where the model was worst, and what it mistook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from server.db.models import ClassList, Image, Item, Mask
from server.rules.errors import NotFound
from server.rules.images import VOID
from server.services import effort, pictures
from server.services.pictures import Comparison

WORST = 4
CONFUSED = 4
"""As many of each as fit on a page."""


@dataclass(frozen=True)
class Corrected:
    """An item with its newest mask, against the model's."""

    item: Item
    image: Image
    mask: Mask

    @property
    def pairs(self) -> list[Any]:
        """`[model's class, person's class, pixels]`, largest first."""
        return self.mask.confusion or []


@dataclass(frozen=True)
class WorstItem:
    """An item that people changed most of."""

    item: Item
    image: Image
    changed_share: float
    iou: float | None
    """Mean over the classes that model or person drew; None: no class is left to compare."""


@dataclass(frozen=True)
class ConfusedPair:
    """A class that the model drew where people drew another, over the whole round."""

    said: str
    true: str
    pixels: int
    share: float
    """Of all pixels that people changed to a class."""
    item: Item
    image: Image
    """Where most of it is."""


def of_round(session: Session, round_id: UUID) -> list[Corrected]:
    """Return the round's corrected items, by rank."""
    rows = session.execute(_corrected().where(Item.round_id == round_id).order_by(Item.rank)).all()
    return [Corrected(*row) for row in rows]


def comparison(session: Session, round_id: UUID, item_id: UUID) -> Comparison:
    """Return the model's mask of an item and the person's, to be drawn.

    Raises:
        NotFound: The round has no such item, or it is not corrected.
    """
    row = session.execute(
        _corrected().where(Item.round_id == round_id, Item.id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    item, image, mask = row
    classes = session.get_one(ClassList, item.class_list_id).classes
    return Comparison(image.sha256, item.prediction_sha256, mask.sha256, pictures.colours(classes))


def worst(items: Sequence[Corrected]) -> list[WorstItem]:
    """Return the items that people changed most of, the worst first."""
    found = [
        WorstItem(
            each.item,
            each.image,
            (each.mask.changed_pixels or 0) / (each.image.width * each.image.height),
            effort.mean(effort.iou_by_class(each.pairs).values()),
        )
        for each in items
        if each.mask.changed_pixels
    ]
    return sorted(found, key=lambda one: -one.changed_share)[:WORST]


def confused(session: Session, items: Sequence[Corrected]) -> list[ConfusedPair]:
    """Return the classes that the model most often drew in place of others."""
    if not items:
        return []
    names = {
        int(entry["id"]): str(entry["name"])
        for entry in session.get_one(ClassList, items[0].item.class_list_id).classes
    }
    totals: dict[tuple[int, int], int] = defaultdict(int)
    most: dict[tuple[int, int], tuple[int, Corrected]] = {}
    for each in items:
        for change in effort.changes(each.pairs):
            pair = (change.before, change.after)
            if change.after == VOID or not names.keys() >= set(pair):
                continue
            totals[pair] += change.pixels
            if change.pixels > most.get(pair, (0, each))[0]:
                most[pair] = (change.pixels, each)
    whole = sum(totals.values())
    ranked = sorted(totals.items(), key=lambda one: -one[1])[:CONFUSED]
    return [
        ConfusedPair(
            said=names[pair[0]],
            true=names[pair[1]],
            pixels=pixels,
            share=pixels / whole,
            item=most[pair][1].item,
            image=most[pair][1].image,
        )
        for pair, pixels in ranked
    ]


def _corrected() -> Any:
    """Select items that have a label, each with its newest; not those that check a person."""
    each, one_of_several = aliased(Mask), Item.slots > 1
    newest = (
        select(func.max(each.revision))
        .where(each.item_id == Item.id, each.apart == one_of_several)
        .correlate(Item)
        .scalar_subquery()
    )
    return (
        select(Item, Image, Mask)
        .join(Image, Image.id == Item.image_id)
        .join(
            Mask,
            (Mask.item_id == Item.id) & (Mask.apart == one_of_several) & (Mask.revision == newest),
        )
        .where(~Item.hidden)
    )
