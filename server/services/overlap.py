"""Images that several people label: their labels compared, and the one mask made of them.

The image's mask is the newest one that a reviewer approved or fixed; until there is one, what most
people drew of each pixel, and void where as many drew another class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import codecs
from server.codecs import Labels
from server.db.models import Comparison, Item, Mask, Member, Round
from server.rules import plans
from server.rules.errors import Conflict
from server.rules.images import VOID, MaskOrigin
from server.rules.items import ItemState, for_several
from server.services import effort, masks
from server.storage.base import BlobStore


def check_people(session: Session, round_: Round) -> None:
    """Refuse a round that asks more people about an image than the project has."""
    wanted = plans.people(round_.config)
    members = session.scalar(
        select(func.count(Member.id)).where(Member.project_id == round_.project_id)
    )
    if wanted > max(1, members or 0):
        raise Conflict(
            f"The round asks {wanted} people about an image; the project has {members} members.",
            field="overlap",
        )


def people_by_image(
    config: Mapping[str, Any], names: Sequence[str], *, seed: int
) -> dict[str, int]:
    """Return how many people label each image that the round chose."""
    several = for_several(names, seed=seed, count=plans.several(len(names), config))
    return {name: plans.people(config) if name in several else 1 for name in names}


def submitted(session: Session, blobs: BlobStore, item: Item) -> None:
    """Compare the item's new label with the others' of its image, and merge them all."""
    labels = {
        each.id: codecs.decode_png_labels(blobs.read(mask.sha256))
        for each, mask in _labels(session, item)
    }
    for other, mask in _labels(session, item):
        if other.id != item.id and mask.author_id != item.taken_by:
            _compare(session, item, other, labels)
    if not _has_verdict(session, item):
        sha256 = blobs.put(codecs.encode_png(majority(list(labels.values()))))
        _make_mask(session, item, sha256, MaskOrigin.MERGED, author_id=None)


def approved(session: Session, item: Item, mask: Mask) -> None:
    """Make what a reviewer approved or fixed the image's mask."""
    _make_mask(session, item, mask.sha256, mask.origin, author_id=mask.author_id)


def majority(maps: Sequence[Labels]) -> Labels:
    """Return what most maps have at each pixel; void loses to any class, and a tie is void.

    Only the pixels where maps differ are counted, so that the usual few cost little.
    """
    first = maps[0]
    differs = np.zeros(first.shape, dtype=bool)
    for other in maps[1:]:
        differs |= other != first
    votes = np.stack([each[differs] for each in maps])
    most = np.zeros(votes.shape[1], dtype=np.uint8)
    winner = np.full(votes.shape[1], VOID, dtype=np.uint8)
    for label in np.setdiff1d(np.unique(votes), [VOID]):
        count = (votes == label).sum(axis=0, dtype=np.uint8)
        winner[count == most] = VOID
        winner[count > most] = label
        most = np.maximum(most, count)
    merged = first.copy()
    merged[differs] = winner
    return merged


def _labels(session: Session, item: Item) -> list[tuple[Item, Mask]]:
    """Return the submitted items of the image in this round, each with its person's last label."""
    newest = (
        select(func.max(Mask.revision))
        .where(Mask.item_id == Item.id, Mask.apart, Mask.author_id == Item.taken_by)
        .correlate(Item)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Item, Mask)
        .join(Mask, (Mask.item_id == Item.id) & Mask.apart & (Mask.revision == newest))
        .where(
            Item.round_id == item.round_id,
            Item.image_id == item.image_id,
            ~Item.hidden,
            Item.state == ItemState.SUBMITTED,
        )
        .order_by(Item.slot)
    )
    return [(row[0], row[1]) for row in rows]


def _compare(session: Session, item: Item, other: Item, labels: Mapping[UUID, Labels]) -> None:
    """Keep the pixels of each pair of classes; a label that is submitted again counts anew."""
    first, second = sorted((item, other), key=lambda each: each.id)
    assert first.taken_by is not None
    assert second.taken_by is not None
    found = session.scalar(
        select(Comparison).where(
            Comparison.first_item_id == first.id, Comparison.second_item_id == second.id
        )
    )
    if found is None:
        found = Comparison(
            project_id=item.project_id,
            round_id=item.round_id,
            first_item_id=first.id,
            second_item_id=second.id,
            first_user_id=first.taken_by,
            second_user_id=second.taken_by,
        )
        session.add(found)
    found.confusion = effort.confusion(labels[first.id], labels[second.id])
    session.flush()


def _has_verdict(session: Session, item: Item) -> bool:
    """Whether a reviewer has approved one of the image's labels in this round."""
    statement = select(Item.id).where(
        Item.round_id == item.round_id,
        Item.image_id == item.image_id,
        Item.approved_at.is_not(None),
    )
    return session.scalar(statement.limit(1)) is not None


def _make_mask(
    session: Session, item: Item, sha256: str, origin: MaskOrigin, *, author_id: UUID | None
) -> None:
    masks.add_revision(
        session,
        image_id=item.image_id,
        sha256=sha256,
        origin=origin,
        class_list_id=item.class_list_id,
        author_id=author_id,
        item_id=item.id,
    )
