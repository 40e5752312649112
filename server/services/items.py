"""The queue: take, renew, release and skip items (`submissions` has what follows)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Item, Lease, Member, Round
from server.rules.errors import Conflict, Invalid, NotFound, RoundPaused, TooManyItems
from server.rules.items import HELD_AT_MOST, ItemState, LeaseState, LeaseTimes
from server.rules.rounds import RoundState
from server.services import labelling, leases, truths


def take(
    session: Session, project_id: UUID, *, user_id: UUID, prefetch: bool, times: LeaseTimes
) -> Lease | None:
    """Give the person the next item, or None when nothing is left to label.

    Taking again gives the same item again; `prefetch` gives the one after it. What a reviewer
    returned to the person comes first; then open items, by rank; then those whose holder has
    been silent for too long.

    Raises:
        BudgetExhausted: There is an item, but nothing is left to pay for it.
        RoundPaused: A lead has paused the round.
    """
    _lock_member(session, project_id, user_id)
    mine = leases.held(session, project_id, user_id=user_id)
    wanted = 1 if prefetch and mine else 0
    if len(mine) > wanted:
        return leases.renew(mine[wanted], moment=now(session), times=times)
    returned = _next_returned(session, project_id, user_id=user_id)
    if returned is not None:
        return leases.begin(session, returned, user_id=user_id, times=times)
    working = session.scalar(
        select(Round.id).where(Round.project_id == project_id, Round.state == RoundState.LABELLING)
    )
    if working is None:
        return None
    round_ = leases.lock_round(session, working, shared=True)
    if round_.state is not RoundState.LABELLING:
        return None
    _refuse_paused(round_)
    item = _next_open(session, working, user_id) or _next_silent(
        session, working, user_id, times=times
    )
    if item is None:
        return None
    if not item.hidden:
        item = truths.draw(session, round_, user_id=user_id, instead_of=item) or item
    return leases.begin(session, item, user_id=user_id, times=times)


def lease(session: Session, item_id: UUID, *, user_id: UUID, times: LeaseTimes) -> Lease:
    """Give the person this very item.

    Raises:
        Conflict: Someone else holds it, it is done, or its round is not labelling and no
            reviewer returned it to the person.
        TooManyItems: The person holds as many as one may.
    """
    item = get(session, item_id)
    _lock_member(session, item.project_id, user_id)
    mine = leases.held(session, item.project_id, user_id=user_id)
    for held in mine:
        if held.item_id == item_id:
            return leases.renew(held, moment=now(session), times=times)
    if len(mine) >= HELD_AT_MOST:
        raise TooManyItems(f"You hold {len(mine)} items; submit or release one first.")
    round_ = leases.lock_round(session, item.round_id, shared=True)
    item = leases.lock_item(session, item_id)
    if not leases.is_free_for(session, item, user_id, round_):
        raise Conflict(
            f"This item is {item.state}, its round {round_.state}: it cannot be taken.",
            field="item",
        )
    if item.returned_to is None:
        _refuse_paused(round_)
    return leases.begin(session, item, user_id=user_id, times=times)


def heartbeat(
    session: Session, item_id: UUID, *, user_id: UUID, lease_id: UUID, times: LeaseTimes
) -> Lease:
    """Renew the lease, or raise `AssignmentSuperseded`."""
    held = leases.live(session, item_id, user_id=user_id, lease_id=lease_id)
    return leases.renew(held, moment=now(session), times=times)


def release(session: Session, item_id: UUID, *, user_id: UUID, lease_id: UUID) -> None:
    """Give the item back; its cost returns to the budget."""
    _end(session, item_id, user_id=user_id, lease_id=lease_id, state=LeaseState.RELEASED)


def skip(session: Session, item_id: UUID, *, user_id: UUID, lease_id: UUID, reason: str) -> None:
    """Take the item out of the round for good; its cost returns to the budget."""
    if not reason.strip():
        raise Invalid("Say why the image is skipped.", field="reason")
    if get(session, item_id).returned_to is not None:
        raise Conflict("A returned image is paid for: correct it, or put it back.", field="item")
    item = _end(session, item_id, user_id=user_id, lease_id=lease_id, state=LeaseState.SKIPPED)
    item.skip_reason = reason.strip()[:500]
    labelling.end_if_done(session, item.round_id)


def expire_leases(session: Session) -> int:
    """End the leases that ran out; return how many."""
    statement = (
        select(Lease.item_id)
        .where(Lease.state == LeaseState.ACTIVE, Lease.expires_at <= now(session))
        .order_by(Lease.expires_at)
        .limit(500)
    )
    ended = 0
    for item_id in session.scalars(statement).all():
        round_id = get(session, item_id).round_id
        leases.lock_round(session, round_id)
        item = leases.lock_item(session, item_id)
        held = leases.active(session, item_id)
        if held is None or leases.is_live(session, held):
            continue  # renewed or ended while we waited for the lock
        leases.end(session, held, item, LeaseState.EXPIRED)
        labelling.end_if_done(session, round_id)
        ended += 1
    return ended


def get(session: Session, item_id: UUID) -> Item:
    """Return the item, or raise `NotFound`."""
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound
    return item


def _refuse_paused(round_: Round) -> None:
    if round_.paused_reason is not None:
        raise RoundPaused(f"This round is paused: {round_.paused_reason}", field="round")


def _lock_member(session: Session, project_id: UUID, user_id: UUID) -> None:
    """One person's takes come one after another, so that two tabs get one item."""
    session.scalar(
        select(Member.id)
        .where(Member.project_id == project_id, Member.user_id == user_id)
        .with_for_update()
    )


def _next_returned(session: Session, project_id: UUID, *, user_id: UUID) -> Item | None:
    """Find what a reviewer returned to the person; only they take it, so no round is locked."""
    statement = (
        select(Item)
        .where(
            Item.project_id == project_id,
            Item.state == ItemState.RETURNED,
            Item.returned_to == user_id,
        )
        .order_by(Item.id)
        .limit(1)
        .with_for_update(of=Item)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def _next_open(session: Session, round_id: UUID, user_id: UUID) -> Item | None:
    """Find the first that is free; a hidden one that they gave back comes again before others."""
    statement = (
        select(Item)
        .where(
            Item.round_id == round_id,
            Item.state == ItemState.OPEN,
            leases.for_person(user_id),
        )
        .order_by(Item.hidden.desc(), Item.rank, Item.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def _next_silent(
    session: Session, round_id: UUID, user_id: UUID, *, times: LeaseTimes
) -> Item | None:
    """Take an item from a holder who has been silent; the holder's own work stays a draft."""
    since = now(session) - timedelta(seconds=times.silent)
    statement = (
        select(Item)
        .join(Lease, Lease.item_id == Item.id)
        .where(
            Item.round_id == round_id,
            Item.state == ItemState.LEASED,
            Item.returned_to.is_(None),
            ~Item.hidden,
            leases.for_person(user_id),
            Lease.state == LeaseState.ACTIVE,
            Lease.heartbeat_at <= since,
        )
        .order_by(Item.rank, Item.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Item)
        .execution_options(populate_existing=True)
    )
    item = session.scalar(statement)
    if item is None:
        return None
    held = leases.active(session, item.id)
    if held is None or held.heartbeat_at > since:
        return None
    leases.end(session, held, item, LeaseState.TAKEN_OVER)
    return item


def _end(
    session: Session, item_id: UUID, *, user_id: UUID, lease_id: UUID, state: LeaseState
) -> Item:
    item = get(session, item_id)
    leases.lock_round(session, item.round_id)
    item = leases.lock_item(session, item_id)
    held = leases.live(session, item_id, user_id=user_id, lease_id=lease_id)
    leases.end(session, held, item, state)
    return item
