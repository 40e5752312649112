"""The labelling budget: counters that the database guards, and the ledger that explains them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Budget, Lease, LedgerEntry, Project
from server.rules.budgets import ITEM_COST, BudgetUnit, EntryKind
from server.rules.errors import BudgetExhausted, Invalid

MOST = 1_000_000_000
"""The largest grant: far more labels than anyone draws, far from what an integer column holds."""


@dataclass(frozen=True)
class Balance:
    """A project's counters in one unit; `left` is what new leases may still reserve."""

    unit: BudgetUnit
    granted: int
    reserved: int
    spent: int

    @property
    def left(self) -> int:
        """Neither reserved nor spent."""
        return self.granted - self.reserved - self.spent


def balance(session: Session, project_id: UUID) -> Balance:
    """Return the project's balance; zeros before the first grant."""
    statement = (
        select(Budget)
        .where(Budget.project_id == project_id, Budget.unit == BudgetUnit.IMAGES)
        .execution_options(populate_existing=True)
    )
    row = session.scalar(statement)
    if row is None:
        return Balance(BudgetUnit.IMAGES, 0, 0, 0)
    return Balance(row.unit, row.granted, row.reserved, row.spent)


def grant(
    session: Session, project_id: UUID, *, amount: int, actor_id: UUID | None, note: str = ""
) -> Balance:
    """Add `amount` images to the budget."""
    if not 0 < amount <= MOST:
        raise Invalid(f"A grant is 1 to {MOST} images, not {amount}.", field="images")
    session.get_one(Project, project_id, with_for_update=True)  # one first grant at a time
    session.add(
        LedgerEntry(
            project_id=project_id,
            unit=BudgetUnit.IMAGES,
            kind=EntryKind.GRANT,
            amount=amount,
            actor_id=actor_id,
            note=note,
            created_at=now(session),
        )
    )
    if not _move(session, project_id, granted=amount):
        session.add(Budget(project_id=project_id, unit=BudgetUnit.IMAGES, granted=amount))
    session.flush()
    total = balance(session, project_id)
    if total.granted > MOST:
        raise Invalid(f"A budget holds at most {MOST} images.", field="images")
    return total


def reserve(session: Session, lease: Lease) -> None:
    """Set one item's cost aside for `lease`, or raise `BudgetExhausted`.

    Call it last in the transaction: the counter row is the one row that all people share, and
    it stays locked until the commit.
    """
    _enter(session, lease, EntryKind.RESERVE)
    if not _move(session, lease.project_id, reserved=ITEM_COST):
        raise BudgetExhausted(asked=ITEM_COST, left=balance(session, lease.project_id).left)


def spend(session: Session, lease: Lease) -> None:
    """Turn the lease's reservation into an expense."""
    _enter(session, lease, EntryKind.SPEND)
    _move(session, lease.project_id, reserved=-ITEM_COST, spent=ITEM_COST)


def refund(session: Session, lease: Lease) -> None:
    """Give the lease's reservation back."""
    _enter(session, lease, EntryKind.REFUND)
    _move(session, lease.project_id, reserved=-ITEM_COST)


def _enter(session: Session, lease: Lease, kind: EntryKind) -> None:
    session.add(
        LedgerEntry(
            project_id=lease.project_id,
            unit=BudgetUnit.IMAGES,
            kind=kind,
            amount=ITEM_COST,
            lease_id=lease.id,
            actor_id=lease.user_id,
            created_at=now(session),
        )
    )
    session.flush()


def _move(
    session: Session, project_id: UUID, *, granted: int = 0, reserved: int = 0, spent: int = 0
) -> bool:
    """Change the counters if what is left allows it; tell whether it did.

    The condition is part of the update, so that no reader's count can be out of date, and the
    table's CHECK holds even for code that forgets it.
    """
    statement = (
        update(Budget)
        .where(
            Budget.project_id == project_id,
            Budget.unit == BudgetUnit.IMAGES,
            Budget.reserved + Budget.spent + (reserved + spent) <= Budget.granted + granted,
        )
        .values(
            granted=Budget.granted + granted,
            reserved=Budget.reserved + reserved,
            spent=Budget.spent + spent,
        )
        .execution_options(synchronize_session=False)
    )
    return session.connection().execute(statement).rowcount == 1
