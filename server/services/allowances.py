"""Changing what may be spent: raising, lowering, limits, transfers and the money rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import Budget, Item, Lease, Member, Project, Round
from server.rules.budgets import PROJECT, BudgetUnit, EntryKind, of_person, of_round
from server.rules.errors import BelowReserved, BudgetExhausted, Conflict, Invalid
from server.rules.items import LeaseState
from server.services import budgets, leases
from server.services.pots import Balance, Pot, balance_of, enter, move


@dataclass(frozen=True)
class Holder:
    """Whose budget: the project's own, unless a round or a person is named."""

    round_id: UUID | None = None
    user_id: UUID | None = None

    @property
    def name(self) -> str:
        """The holder's name in the tables."""
        if self.round_id is not None and self.user_id is not None:
            raise Invalid("Name a round or a person, not both.", field="round_id")
        if self.round_id is not None:
            return of_round(self.round_id)
        return PROJECT if self.user_id is None else of_person(self.user_id)


def pots(session: Session, project_id: UUID) -> Sequence[Budget]:
    """Return all counters of the project: its own first."""
    rows = session.scalars(
        select(Budget)
        .where(Budget.project_id == project_id)
        .execution_options(populate_existing=True)
    ).all()
    return sorted(rows, key=lambda row: (row.holder != PROJECT, row.holder, row.unit))


def set_granted(
    session: Session,
    project_id: UUID,
    holder: Holder,
    *,
    unit: BudgetUnit,
    granted: int,
    force: bool,
    actor_id: UUID | None,
    note: str = "",
) -> Balance:
    """Raise or lower a pot to `granted`, making it where there is none.

    `force` ends the holder's leases, refunded and with their drafts kept, where people hold more
    than would be left.

    Raises:
        BelowReserved: More is spent or, without force, reserved.
    """
    pot = Pot(project_id, unit, holder.name)
    _check_holder(session, project_id, holder)
    if force:
        _end_leases(session, pot, holder, granted=granted)
    session.get_one(Project, project_id, with_for_update=True)
    before = balance_of(session, pot)
    have = before.granted if before else 0
    if granted > have:
        return budgets.grant(
            session,
            project_id,
            amount=granted - have,
            actor_id=actor_id,
            note=note,
            unit=unit,
            holder=pot.holder,
        )
    if before is None:
        raise Invalid("A new budget is at least 1.", field="granted")
    if granted < have:
        enter(session, pot, EntryKind.WITHDRAW, have - granted, actor_id=actor_id, note=note)
        if not move(session, pot, granted=granted - have):
            raise BelowReserved(asked=granted, reserved=before.reserved, spent=before.spent)
    after = balance_of(session, pot)
    assert after is not None
    return after


def transfer(
    session: Session, giver: Pot, taker: Pot, *, amount: int, actor_id: UUID | None, note: str = ""
) -> None:
    """Move what is left of one pot into another of the same unit.

    Raises:
        BudgetExhausted: The giver has less left.
        Conflict: There is no such pot: who has no limit of their own needs none moved.
    """
    if giver.unit is not taker.unit or giver == taker or amount < 1:
        raise Invalid("A transfer moves at least 1 between two holders of a unit.", field="amount")
    for project_id in sorted({giver.project_id, taker.project_id}):  # one order: no circle
        session.get_one(Project, project_id, with_for_update=True)
    before = balance_of(session, giver)
    if before is None or (taker.holder != PROJECT and not balance_of(session, taker)):
        raise Conflict("One of the two has no budget of its own in this unit.", field="holder")
    enter(session, giver, EntryKind.TRANSFER_OUT, amount, actor_id=actor_id, note=note)
    if not move(session, giver, granted=-amount):
        raise BudgetExhausted(asked=amount, left=before.left, unit=giver.unit.value)
    budgets.grant(
        session,
        taker.project_id,
        amount=amount,
        actor_id=actor_id,
        note=note,
        unit=taker.unit,
        holder=taker.holder,
        kind=EntryKind.TRANSFER_IN,
    )


def set_rate(
    session: Session, project_id: UUID, *, unit: BudgetUnit, rate: float, currency: str
) -> None:
    """Say what one unit costs in money; all of the project's statements use it."""
    row = session.scalar(
        select(Budget).where(
            Budget.project_id == project_id, Budget.unit == unit, Budget.holder == PROJECT
        )
    )
    if row is None:
        raise Conflict(f"The project has no budget in {unit} yet.", field="unit")
    row.rate, row.currency = rate, currency
    session.flush()


def _check_holder(session: Session, project_id: UUID, holder: Holder) -> None:
    found: object = project_id
    if holder.round_id is not None:
        found = session.scalar(
            select(Round.id).where(Round.id == holder.round_id, Round.project_id == project_id)
        )
    elif holder.user_id is not None:
        found = session.scalar(
            select(Member.id).where(
                Member.user_id == holder.user_id, Member.project_id == project_id
            )
        )
    if found is None:
        raise Invalid("No such round or member in this project.", field="holder")


def _end_leases(session: Session, pot: Pot, holder: Holder, *, granted: int) -> None:
    """End the holder's leases if the counters would not fit; rounds are locked before items."""
    before = balance_of(session, pot)
    if before is None or before.spent > granted or before.reserved + before.spent <= granted:
        return
    statement = (
        select(Item.id, Item.round_id)
        .join(Lease, Lease.item_id == Item.id)
        .where(Item.project_id == pot.project_id, Lease.state == LeaseState.ACTIVE)
        .order_by(Item.round_id, Item.id)
    )
    if holder.round_id is not None:
        statement = statement.where(Item.round_id == holder.round_id)
    if holder.user_id is not None:
        statement = statement.where(Lease.user_id == holder.user_id)
    for item_id, round_id in session.execute(statement).all():
        leases.lock_round(session, round_id)
        item = leases.lock_item(session, item_id)
        held = leases.active(session, item_id)
        if held is not None:
            leases.end(session, held, item, LeaseState.CANCELLED)
