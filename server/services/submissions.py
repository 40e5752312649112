"""Submitting: the mask is kept, the budget spent, and what the person changed is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import ClassList, Draft, Image, Item, Lease, Mask, Round
from server.rules.errors import BudgetExhausted, Refusal, StaleVersion
from server.rules.images import MaskOrigin
from server.rules.items import ItemState, LeaseState, LeaseTimes
from server.rules.rounds import RoundState
from server.services import budgets, items, labelling, leases, masks, overlap, regions, truths
from server.services import effort as effort_of
from server.services.effort import Change
from server.services.masks import Effort
from server.services.pots import Balance
from server.storage.base import BlobStore

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Submission:
    """What a submission did."""

    item: Item
    mask: Mask
    changed_share: float
    changes: list[Change]
    """The largest three."""
    iou: float | None
    """Mean over the classes of IoU(model, person)."""
    balance: Balance


@dataclass(frozen=True)
class Kept:
    """Nothing was submitted, and nothing charged: the work is kept as this draft."""

    draft: Draft
    refusal: Refusal
    """Why: the lease is over and the item not free, or the mask has a revision not seen yet."""


def save_draft(
    session: Session,
    blobs: BlobStore,
    item_id: UUID,
    *,
    user_id: UUID,
    labels: Labels,
    replaces: int | None = None,
) -> Draft:
    """Keep unsubmitted work; it needs no live lease, so that nothing drawn is ever refused.

    Args:
        replaces: The draft's revision that the writer has seen (0: none); None: whichever.

    Raises:
        StaleVersion: The person saved another draft from elsewhere meanwhile.
    """
    item = items.get(session, item_id)
    check(session, item, labels)
    sha256 = put(blobs, labels)
    leases.lock_item(session, item_id)  # one draft of two browsers after the other
    kept = draft(session, item_id, user_id=user_id)
    current = kept.revision if kept else 0
    if replaces is not None and replaces != current:
        raise StaleVersion(current=str(current))
    return _keep_draft(session, item, user_id=user_id, sha256=sha256, late=False)


def draft(session: Session, item_id: UUID, *, user_id: UUID) -> Draft | None:
    """Return the person's own draft of the item."""
    return session.scalar(select(Draft).where(Draft.item_id == item_id, Draft.user_id == user_id))


def late_drafts(session: Session, project_id: UUID, *, user_id: UUID) -> list[tuple[Draft, Item]]:
    """Return the person's work that came too late but may still be submitted, newest first."""
    statement = (
        select(Draft, Item)
        .join(Item, Item.id == Draft.item_id)
        .join(Round, Round.id == Item.round_id)
        .where(
            Item.project_id == project_id,
            Draft.user_id == user_id,
            Draft.late,
            Item.state == ItemState.OPEN,
            Round.state == RoundState.LABELLING,
        )
        .order_by(Draft.updated_at.desc())
        .limit(20)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


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
    replaces: int | None = None,
) -> Submission | Kept:
    """Keep the mask, spend the reservation, and end the labelling when this was the last item.

    A lease that ran out is forgiven while the item is still free and the budget still has room.
    Who has submitted already may submit again until a reviewer approves, at no cost, if they
    have seen the newest revision. All else is kept as a late draft, and nothing is charged.

    Args:
        replaces: The mask's revision that the person has seen (0: none); None: whichever.

    Raises:
        Invalid: Another size than the image, or ids outside the item's class list.
    """
    item = items.get(session, item_id)
    check(session, item, labels)
    labels = regions.only_inside(labels, regions.of_item(session, item))
    sha256 = put(blobs, labels)
    leases.lock_round(session, item.round_id)
    item = leases.lock_item(session, item_id)
    held = leases.own(session, item_id, user_id=user_id, lease_id=lease_id)
    hold = _hold(session, item, held, replaces=replaces, times=times)
    if isinstance(hold, Refusal):
        kept = _keep_draft(session, item, user_id=user_id, sha256=sha256, late=True)
        hold.extra["draft_id"] = str(kept.id)
        return Kept(kept, hold)
    held_for = ((hold.ended_at or now(session)) - hold.started_at).total_seconds()
    effort = _bounded(effort, seconds=held_for)
    mask, pairs = add_human_mask(session, blobs, item, labels, user_id=user_id, effort=effort)
    if hold.state is LeaseState.ACTIVE:
        leases.end(
            session,
            hold,
            item,
            LeaseState.SUBMITTED,
            clicks=effort.clicks,
            seconds=effort.active_seconds,
        )
    item.returned_to = None
    _forget_draft(session, item_id, user_id=user_id)
    _compare(session, blobs, item, labels)
    labelling.end_if_done(session, item.round_id)
    return Submission(
        item,
        mask,
        effort_of.changed_pixels(pairs) / labels.size,
        effort_of.changes(pairs)[:3],
        effort_of.mean(effort_of.iou_by_class(pairs).values()),
        budgets.balance(session, item.project_id),
    )


def add_human_mask(
    session: Session,
    blobs: BlobStore,
    item: Item,
    labels: Labels,
    *,
    user_id: UUID,
    effort: Effort | None = None,
) -> tuple[Mask, list[Any]]:
    """Add a revision of the item's mask, measured against the model's."""
    guess = codecs.decode_png_labels(blobs.read(item.prediction_sha256))
    guess = regions.only_inside(guess, regions.of_item(session, item))
    pairs = effort_of.confusion(guess, labels)
    mask = masks.add_revision(
        session,
        image_id=item.image_id,
        apart=item.is_apart,
        sha256=put(blobs, labels),
        origin=MaskOrigin.HUMAN,
        class_list_id=item.class_list_id,
        author_id=user_id,
        item_id=item.id,
        changed_pixels=effort_of.changed_pixels(pairs),
        effort=effort,
    )
    mask.confusion = pairs
    return mask, pairs


def _compare(session: Session, blobs: BlobStore, item: Item, labels: Labels) -> None:
    """Compare a label that is no mask by itself with the truth, or with the others'."""
    session.flush()
    if item.hidden:
        truths.submitted(session, blobs, item, labels)
    elif item.is_apart:
        overlap.submitted(session, blobs, item)


def _hold(
    session: Session, item: Item, held: Lease, *, replaces: int | None, times: LeaseTimes
) -> Lease | Refusal:
    """Return the lease that the submission counts for, or why there is none."""
    seen = masks.of_item(session, item)
    current = seen.revision if seen else 0
    if replaces is not None and replaces != current:
        return StaleVersion(current=str(current))
    if leases.is_live(session, held) or _may_amend(item, held, seen, replaces):
        return held
    again = _lease_again(session, item, user_id=held.user_id, times=times)
    return again or leases.superseded(session, held)


def _may_amend(item: Item, held: Lease, seen: Mask | None, replaces: int | None) -> bool:
    """Whether the person submits again what they submitted, having seen its newest revision."""
    return (
        replaces is not None
        and held.state is LeaseState.SUBMITTED
        and item.state is ItemState.SUBMITTED
        and item.approved_at is None
        and seen is not None
        and seen.author_id == held.user_id
    )


def _lease_again(session: Session, item: Item, *, user_id: UUID, times: LeaseTimes) -> Lease | None:
    """Lease an item anew whose lease ran out, if it is still free and still payable."""
    held = leases.active(session, item.id)
    if held is not None and held.user_id == user_id and not leases.is_live(session, held):
        leases.end(session, held, item, LeaseState.EXPIRED)
    if not leases.is_free_for(session, item, user_id, session.get_one(Round, item.round_id)):
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


def _forget_draft(session: Session, item_id: UUID, *, user_id: UUID) -> None:
    """What is submitted is a draft no longer: nobody is offered it again."""
    kept = draft(session, item_id, user_id=user_id)
    if kept is not None:
        session.delete(kept)
        session.flush()


def check(session: Session, item: Item, labels: Labels) -> None:
    """Refuse another size than the image's, and ids outside the item's classes."""
    image = session.get_one(Image, item.image_id)
    classes = session.get_one(ClassList, item.class_list_id).classes
    codecs.check_labels(
        labels,
        width=image.width,
        height=image.height,
        class_ids={int(entry["id"]) for entry in classes},
    )


def put(blobs: BlobStore, labels: Labels) -> str:
    """Keep the map's PNG; return its hash."""
    return blobs.put(codecs.encode_png(labels))


def _bounded(effort: Effort, *, seconds: float) -> Effort:
    """The browser's clock is not trusted: nobody is active for longer than they held the item."""
    reported = effort.active_seconds
    bounded = None if reported is None else max(0.0, min(reported, seconds))
    return Effort(bounded, effort.strokes, effort.clicks, effort.undos)
