"""The labelling budget: counters that the database guards, and the ledger that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import Budget, Image, Item, Lease, LedgerEntry, Project
from server.rules.budgets import (
    ITEM_COST,
    PROJECT,
    UNTRIED,
    BudgetUnit,
    EntryKind,
    of_person,
    of_round,
    used,
)
from server.rules.errors import BudgetExhausted, Invalid
from server.rules.items import ItemState
from server.services.pots import Balance, Pot, balance_of, enter, locked, move

MOST = 1_000_000_000
"""The largest grant of images: far more than anyone draws."""
MOST_OF = {unit: MOST if unit is BudgetUnit.IMAGES else 10**15 for unit in BudgetUnit}
RECENT = 50
"""Labels whose mean says what the next one reserves in clicks or seconds."""


def balance(session: Session, project_id: UUID) -> Balance:
    """Return the project's balance in images; zeros before the first grant."""
    return balance_of(session, Pot(project_id)) or Balance(BudgetUnit.IMAGES, 0, 0, 0)


def grant(
    session: Session,
    project_id: UUID,
    *,
    amount: int,
    actor_id: UUID | None,
    note: str = "",
    unit: BudgetUnit = BudgetUnit.IMAGES,
    holder: str = PROJECT,
    kind: EntryKind = EntryKind.GRANT,
) -> Balance:
    """Add to the budget; the first grant of a pot makes it."""
    if not 0 < amount <= MOST_OF[unit]:
        most = MOST_OF[unit]
        raise Invalid(f"A grant is 1 to {most} {unit}, not {amount}.", field=unit.value)
    session.get_one(Project, project_id, with_for_update=True)  # one first grant at a time
    pot = Pot(project_id, unit, holder)
    enter(session, pot, kind, amount, actor_id=actor_id, note=note)
    if not move(session, pot, granted=amount):
        session.add(Budget(project_id=project_id, unit=unit, holder=holder, granted=amount))
    session.flush()
    total = balance_of(session, pot)
    assert total is not None
    if total.granted > MOST_OF[unit]:
        raise Invalid(f"A budget holds at most {MOST_OF[unit]} {unit}.", field=unit.value)
    return total


def reserve(session: Session, lease: Lease) -> None:
    """Set one item's cost aside for `lease` in every pot that it counts in.

    Call it last in the transaction: the project's counter row is the one row that all people
    share, and it stays locked until the commit.

    Raises:
        BudgetExhausted: Less is left than the item costs.
    """
    item = session.get_one(Item, lease.item_id)
    holders = (of_person(lease.user_id), of_round(item.round_id), PROJECT)
    pots = _pots(session, lease.project_id, holders)
    if Pot(lease.project_id) not in pots:
        raise BudgetExhausted(asked=ITEM_COST, left=0)
    if item.hidden:  # no label is bought, but the person's work is
        pots = [pot for pot in pots if pot.unit in UNTRIED]
    for pot in pots:
        if pot.unit in UNTRIED:
            amount = min(_typical(session, pot), max(1, locked(session, pot).left))
        else:
            amount = _cost(session, pot.unit, item.image_id)
        enter(session, pot, EntryKind.RESERVE, amount, lease=lease)
        if not move(session, pot, reserved=amount):
            _refuse(session, pot, amount)


def spend(
    session: Session, lease: Lease, *, clicks: int | None = None, seconds: float | None = None
) -> None:
    """Turn the lease's reservations into expenses of what the label really took.

    More than was reserved is taken from what is left; a label that took still more than that is
    kept all the same, and its entry says by how much it went over.
    """
    for held in _reservations(session, lease):
        pot = Pot(lease.project_id, held.unit, held.holder)
        amount = used(pot.unit, reserved=held.amount, clicks=clicks, seconds=seconds)
        note = ""
        if amount > held.amount:
            payable = held.amount + locked(session, pot).left
            note = f"took {amount - payable} more than was left" if amount > payable else ""
            amount = min(amount, payable)
        enter(session, pot, EntryKind.SPEND, amount, lease=lease, closes=held.amount, note=note)
        move(session, pot, reserved=-held.amount, spent=amount)


def refund(session: Session, lease: Lease) -> None:
    """Give the lease's reservations back."""
    for held in _reservations(session, lease):
        pot = Pot(lease.project_id, held.unit, held.holder)
        enter(session, pot, EntryKind.REFUND, held.amount, lease=lease, closes=held.amount)
        move(session, pot, reserved=-held.amount)


def charge(session: Session, image: Image, *, actor_id: UUID) -> None:
    """Pay for a label that no round asked for: one of a validation image.

    Raises:
        BudgetExhausted: Less is left than it costs.
    """
    pots = _pots(session, image.project_id, (of_person(actor_id), PROJECT))
    if Pot(image.project_id) not in pots:
        raise BudgetExhausted(asked=ITEM_COST, left=0)
    for pot in pots:
        if pot.unit in UNTRIED:
            continue  # nobody measures how long it took
        amount = _cost(session, pot.unit, image.id)
        enter(session, pot, EntryKind.CHARGE, amount, actor_id=actor_id, image_id=image.id)
        if not move(session, pot, spent=amount):
            _refuse(session, pot, amount)


def is_used(session: Session, project_id: UUID, *, round_id: UUID) -> bool:
    """Whether no open item of the round can be paid for."""
    cheapest = session.scalar(
        select(func.min(Image.width * Image.height))
        .join(Item, Item.image_id == Image.id)
        .where(Item.round_id == round_id, Item.state == ItemState.OPEN, ~Item.hidden)
    )
    needs = {BudgetUnit.PIXELS: cheapest or 1}
    for pot in _pots(session, project_id, (of_round(round_id), PROJECT)):
        found = balance_of(session, pot)
        if found is not None and found.left < needs.get(pot.unit, 1):
            return True
    return False


def _pots(session: Session, project_id: UUID, holders: Sequence[str]) -> list[Pot]:
    """Return the holders' pots in the one order in which they are locked: the shared one last."""
    rows = session.execute(
        select(Budget.unit, Budget.holder).where(
            Budget.project_id == project_id, Budget.holder.in_(holders)
        )
    )
    pots = [Pot(project_id, unit, holder) for unit, holder in rows]
    return sorted(
        pots, key=lambda pot: (pot.holder == PROJECT, pot.unit is BudgetUnit.IMAGES, pot.unit)
    )


def _reservations(session: Session, lease: Lease) -> Sequence[LedgerEntry]:
    rows = session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.lease_id == lease.id, LedgerEntry.kind == EntryKind.RESERVE
        )
    ).all()
    return sorted(
        rows, key=lambda row: (row.holder == PROJECT, row.unit is BudgetUnit.IMAGES, row.unit)
    )


def _cost(session: Session, unit: BudgetUnit, image_id: UUID) -> int:
    if unit is BudgetUnit.IMAGES:
        return ITEM_COST
    image = session.get_one(Image, image_id)
    return image.width * image.height


def _typical(session: Session, pot: Pot) -> int:
    """Return what the project's newest labels took of a unit that is only known afterwards."""
    recent = session.scalars(
        select(LedgerEntry.amount)
        .where(
            LedgerEntry.project_id == pot.project_id,
            LedgerEntry.unit == pot.unit,
            LedgerEntry.holder == PROJECT,
            LedgerEntry.kind == EntryKind.SPEND,
        )
        .order_by(LedgerEntry.id.desc())
        .limit(RECENT)
    ).all()
    return max(1, ceil(sum(recent) / len(recent))) if recent else UNTRIED[pot.unit]


def _refuse(session: Session, pot: Pot, asked: int) -> None:
    found = balance_of(session, pot)
    raise BudgetExhausted(
        asked=asked,
        left=found.left if found else 0,
        unit=pot.unit.value,
        holder=pot.holder.partition(":")[0],
    )
