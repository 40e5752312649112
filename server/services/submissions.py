"""Submitting: the mask is kept, the budget spent, and what the person changed is measured."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import ClassList, Draft, Image, Item, Lease, Mask, Round
from server.rules.errors import BudgetExhausted
from server.rules.images import MaskOrigin
from server.rules.items import ItemState, LeaseState, LeaseTimes
from server.rules.rounds import RoundState
from server.services import budgets, items, labelling, leases, masks, regions
from server.services.masks import Effort
from server.storage.base import BlobStore

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Change:
    """Pixels that a person moved from one class (the model's) to another."""

    before: int
    after: int
    pixels: int


@dataclass(frozen=True)
class Submission:
    """What a submission did."""

    item: Item
    mask: Mask
    changed_share: float
    changes: list[Change]
    """The largest three."""
    balance: budgets.Balance


@dataclass(frozen=True)
class Late:
    """The lease had ended and the item is not free any more: the work is kept as this draft."""

    draft: Draft


def save_draft(
    session: Session, blobs: BlobStore, item_id: UUID, *, user_id: UUID, labels: Labels
) -> Draft:
    """Keep unsubmitted work; it needs no live lease, so that nothing drawn is ever refused."""
    item = items.get(session, item_id)
    _check(session, item, labels)
    return _keep_draft(session, item, user_id=user_id, sha256=_put(blobs, labels), late=False)


def draft(session: Session, item_id: UUID, *, user_id: UUID) -> Draft | None:
    """Return the person's own draft of the item."""
    return session.scalar(select(Draft).where(Draft.item_id == item_id, Draft.user_id == user_id))


def submit(
    session: Session,
    blobs: BlobStore,
    item_id: UUID,
    *,
    user_id: UUID,
    lease_id: UUID,
    labels: Labels,
    effort: Effort,
    times: LeaseTimes,
) -> Submission | Late:
    """Keep the mask, spend the reservation, and end the labelling when this was the last item.

    A lease that ran out is forgiven while the item is still free and the budget still has room;
    else the bytes are kept as a late draft and nothing is charged.

    Raises:
        Invalid: Another size than the image, or ids outside the item's class list.
    """
    item = items.get(session, item_id)
    _check(session, item, labels)
    boxes = regions.of_item(session, item)
    labels = regions.only_inside(labels, boxes)
    sha256 = _put(blobs, labels)
    leases.lock_round(session, item.round_id)
    item = leases.lock_item(session, item_id)
    held = leases.own(session, item_id, user_id=user_id, lease_id=lease_id)
    if not leases.is_live(session, held):
        again = _lease_again(session, item, user_id=user_id, times=times)
        if again is None:
            return Late(_keep_draft(session, item, user_id=user_id, sha256=sha256, late=True))
        held = again
    guess = codecs.decode_png_labels(blobs.read(item.prediction_sha256))
    guess = regions.only_inside(guess, boxes)
    changes = compare(guess, labels)
    changed = sum(change.pixels for change in changes)
    mask = masks.add_revision(
        session,
        image_id=item.image_id,
        sha256=sha256,
        origin=MaskOrigin.HUMAN,
        class_list_id=item.class_list_id,
        author_id=user_id,
        item_id=item.id,
        changed_pixels=changed,
        effort=_bounded(effort, seconds=(now(session) - held.started_at).total_seconds()),
    )
    leases.end(session, held, item, LeaseState.SUBMITTED)
    labelling.end_if_done(session, item.round_id)
    balance = budgets.balance(session, item.project_id)
    return Submission(item, mask, changed / labels.size, changes[:3], balance)


def compare(guess: Labels, labels: Labels) -> list[Change]:
    """Return what differs between two maps of one size, by pair of classes, largest first."""
    pairs = guess.astype(np.uint16) * 256 + labels
    counts = np.bincount(pairs[guess != labels].reshape(-1), minlength=65536)
    found = np.flatnonzero(counts)
    order = found[np.argsort(-counts[found], kind="stable")]
    return [Change(int(pair) // 256, int(pair) % 256, int(counts[pair])) for pair in order]


def _lease_again(session: Session, item: Item, *, user_id: UUID, times: LeaseTimes) -> Lease | None:
    """Lease an item anew whose lease ran out, if it is still free and still payable."""
    held = leases.active(session, item.id)
    if held is not None and held.user_id == user_id and not leases.is_live(session, held):
        leases.end(session, held, item, LeaseState.EXPIRED)
    round_ = session.get_one(Round, item.round_id)
    if item.state is not ItemState.OPEN or round_.state is not RoundState.LABELLING:
        return None
    try:
        with session.begin_nested():
            return leases.begin(session, item, user_id=user_id, times=times)
    except BudgetExhausted:
        session.refresh(item)
        return None


def _keep_draft(session: Session, item: Item, *, user_id: UUID, sha256: str, late: bool) -> Draft:
    moment = now(session)
    kept = draft(session, item.id, user_id=user_id)
    if kept is None:
        kept = Draft(item_id=item.id, user_id=user_id, revision=0, sha256=sha256)
        session.add(kept)
    kept.revision += 1
    kept.sha256 = sha256
    kept.late = late
    kept.updated_at = moment
    session.flush()
    return kept


def _check(session: Session, item: Item, labels: Labels) -> None:
    image = session.get_one(Image, item.image_id)
    classes = session.get_one(ClassList, item.class_list_id).classes
    codecs.check_labels(
        labels,
        width=image.width,
        height=image.height,
        class_ids={int(entry["id"]) for entry in classes},
    )


def _put(blobs: BlobStore, labels: Labels) -> str:
    return blobs.put(codecs.encode_png(labels))


def _bounded(effort: Effort, *, seconds: float) -> Effort:
    """The browser's clock is not trusted: nobody is active for longer than they held the item."""
    reported = effort.active_seconds
    bounded = None if reported is None else max(0.0, min(reported, seconds))
    return Effort(bounded, effort.strokes, effort.clicks, effort.undos)
