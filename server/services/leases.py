"""Holding an item: beginning, renewing and ending a lease, with the budget in step.

Rows are locked in one order everywhere: round, item, lease, budget. So no two acts wait for
each other in a circle, and the last item's submission sees all the others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from server.db.engine import now
from server.db.models import Item, Lease, Round, User
from server.rules.errors import AssignmentSuperseded, NotFound
from server.rules.items import ItemState, LeaseState, LeaseTimes
from server.rules.rounds import RoundState
from server.services import budgets


def lock_round(session: Session, round_id: UUID, *, shared: bool = False) -> Round:
    """Lock the round's row: shared for takers, alone for what may end its labelling."""
    statement = (
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(read=shared)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def lock_item(session: Session, item_id: UUID) -> Item:
    """Lock the item's row: who holds it may begin or end its lease."""
    statement = (
        select(Item)
        .where(Item.id == item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def active(session: Session, item_id: UUID) -> Lease | None:
    """Return the item's active lease."""
    statement = (
        select(Lease)
        .where(Lease.item_id == item_id, Lease.state == LeaseState.ACTIVE)
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def held(session: Session, project_id: UUID, *, user_id: UUID) -> list[Lease]:
    """Return the person's active leases in the project, oldest first."""
    statement = (
        select(Lease)
        .where(
            Lease.user_id == user_id,
            Lease.state == LeaseState.ACTIVE,
            Lease.project_id == project_id,
            Lease.expires_at > now(session),
        )
        .order_by(Lease.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def begin(session: Session, item: Item, *, user_id: UUID, times: LeaseTimes) -> Lease:
    """Lease the locked, free item; reserve its cost or raise `BudgetExhausted`.

    The label of a returned item is paid for already.
    """
    moment = now(session)
    item.fence += 1
    item.taken_by = user_id
    item.state = ItemState.LEASED
    lease = Lease(
        item_id=item.id,
        project_id=item.project_id,
        user_id=user_id,
        fence=item.fence,
        state=LeaseState.ACTIVE,
        started_at=moment,
        heartbeat_at=moment,
        expires_at=moment + timedelta(seconds=times.length),
    )
    session.add(lease)
    session.flush()
    if item.returned_to is None:
        budgets.reserve(session, lease)
    return lease


def renew(lease: Lease, *, moment: datetime, times: LeaseTimes) -> Lease:
    """Set the end of the lease anew."""
    lease.heartbeat_at = moment
    lease.expires_at = moment + timedelta(seconds=times.length)
    return lease


def end(
    session: Session,
    lease: Lease,
    item: Item,
    state: LeaseState,
    *,
    clicks: int | None = None,
    seconds: float | None = None,
) -> None:
    """End an active lease of the locked item: spend what it took when submitted, else refund."""
    lease.state = state
    lease.ended_at = now(session)
    item.state = _ITEM_AFTER.get(state, _free_state(item))
    if item.state is ItemState.OPEN and not item.hidden:
        item.taken_by = None
    session.flush()
    if item.returned_to is not None:
        return
    if state is LeaseState.SUBMITTED:
        budgets.spend(session, lease, clicks=clicks, seconds=seconds)
    else:
        budgets.refund(session, lease)


_ITEM_AFTER = {
    LeaseState.SUBMITTED: ItemState.SUBMITTED,
    LeaseState.SKIPPED: ItemState.SKIPPED,
}


def _free_state(item: Item) -> ItemState:
    return ItemState.OPEN if item.returned_to is None else ItemState.RETURNED


def is_free_for(session: Session, item: Item, user_id: UUID, round_: Round) -> bool:
    """Whether the person may lease the item: an open one of a round in labelling, of an image
    that they have not taken, or their own returned one, whatever its round does meanwhile."""
    if item.returned_to is not None:
        return item.state is ItemState.RETURNED and item.returned_to == user_id
    if item.state is not ItemState.OPEN or round_.state is not RoundState.LABELLING:
        return False
    statement = select(Item.id).where(Item.id == item.id, for_person(user_id))
    return session.scalar(statement) is not None


def for_person(user_id: UUID) -> ColumnElement[bool]:
    """The condition that an item is one for the person: of an image that they have not taken in
    this round, or hidden and made for them."""
    other = aliased(Item)
    had = select(other.id).where(
        other.id != Item.id,
        other.round_id == Item.round_id,
        other.image_id == Item.image_id,
        other.taken_by == user_id,
    )
    return or_(and_(Item.hidden, Item.taken_by == user_id), and_(~Item.hidden, ~had.exists()))


def superseded(session: Session, lease: Lease) -> AssignmentSuperseded:
    """Return the refusal that says how the lease ended and who has the item now."""
    holder = session.scalar(
        select(User.display_name)
        .join(Lease, Lease.user_id == User.id)
        .where(Lease.item_id == lease.item_id, Lease.state == LeaseState.ACTIVE)
        .where(Lease.id != lease.id)
    )
    ended = LeaseState.EXPIRED if lease.state is LeaseState.ACTIVE else lease.state
    return AssignmentSuperseded(ended=ended.value, holder=holder)


def taken_from(session: Session, item: Item) -> str | None:
    """Return whose silence gave the item's present holder the lease."""
    return session.scalar(
        select(User.display_name)
        .join(Lease, Lease.user_id == User.id)
        .where(
            Lease.item_id == item.id,
            Lease.state == LeaseState.TAKEN_OVER,
            Lease.fence == item.fence - 1,
        )
    )


def own(session: Session, item_id: UUID, *, user_id: UUID, lease_id: UUID) -> Lease:
    """Return the person's lease of this item in whatever state, or raise `NotFound`."""
    lease = session.get(Lease, lease_id, populate_existing=True)
    if lease is None or lease.item_id != item_id or lease.user_id != user_id:
        raise NotFound
    return lease


def is_live(session: Session, lease: Lease) -> bool:
    """Whether the lease still holds its item, by the database's clock."""
    return lease.state is LeaseState.ACTIVE and lease.expires_at > now(session)


def live(session: Session, item_id: UUID, *, user_id: UUID, lease_id: UUID) -> Lease:
    """Return the person's live lease, or raise `AssignmentSuperseded`."""
    lease = own(session, item_id, user_id=user_id, lease_id=lease_id)
    if not is_live(session, lease):
        raise superseded(session, lease)
    return lease


def end_all(session: Session, round_id: UUID) -> None:
    """End and refund every active lease of the locked round."""
    item_ids = session.scalars(
        select(Lease.item_id)
        .join(Item, Item.id == Lease.item_id)
        .where(Item.round_id == round_id, Lease.state == LeaseState.ACTIVE)
        .order_by(Lease.item_id)
    ).all()
    for item_id in item_ids:
        item = lock_item(session, item_id)
        held_lease = active(session, item_id)
        if held_lease is not None:
            end(session, held_lease, item, LeaseState.CANCELLED)
