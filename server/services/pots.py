"""The counters that a budget is made of, and the ledger's lines: read, moved, explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Budget, Lease, LedgerEntry
from server.rules.budgets import PROJECT, BudgetUnit, EntryKind


@dataclass(frozen=True)
class Balance:
    """A holder's counters in one unit; `left` is what new leases may still reserve."""

    unit: BudgetUnit
    granted: int
    reserved: int
    spent: int

    @property
    def left(self) -> int:
        """Neither reserved nor spent."""
        return self.granted - self.reserved - self.spent


@dataclass(frozen=True)
class Pot:
    """One row of counters by its name."""

    project_id: UUID
    unit: BudgetUnit = BudgetUnit.IMAGES
    holder: str = PROJECT


def balance_of(session: Session, pot: Pot) -> Balance | None:
    """Return the pot's counters, or None where there is no such pot."""
    row = session.scalar(select(Budget).where(*_is(pot)).execution_options(populate_existing=True))
    return None if row is None else Balance(row.unit, row.granted, row.reserved, row.spent)


def locked(session: Session, pot: Pot) -> Balance:
    """Return the counters, which nobody else changes until this transaction ends."""
    row = session.scalars(
        select(Budget).where(*_is(pot)).with_for_update().execution_options(populate_existing=True)
    ).one()
    return Balance(row.unit, row.granted, row.reserved, row.spent)


def enter(
    session: Session,
    pot: Pot,
    kind: EntryKind,
    amount: int,
    *,
    lease: Lease | None = None,
    actor_id: UUID | None = None,
    closes: int = 0,
    note: str = "",
    image_id: UUID | None = None,
) -> None:
    """Add a line to the ledger."""
    session.add(
        LedgerEntry(
            project_id=pot.project_id,
            unit=pot.unit,
            holder=pot.holder,
            kind=kind,
            amount=amount,
            closes=closes,
            lease_id=lease.id if lease else None,
            image_id=image_id,
            actor_id=lease.user_id if lease else actor_id,
            note=note,
            created_at=now(session),
        )
    )
    session.flush()


def move(
    session: Session, pot: Pot, *, granted: int = 0, reserved: int = 0, spent: int = 0
) -> bool:
    """Change the counters if what is left allows it; tell whether it did.

    The condition is part of the update, so that no reader's count can be out of date, and the
    table's CHECK holds even for code that forgets it.
    """
    statement = (
        update(Budget)
        .where(
            *_is(pot),
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


def _is(pot: Pot) -> tuple[Any, ...]:
    return (
        Budget.project_id == pot.project_id,
        Budget.unit == pot.unit,
        Budget.holder == pot.holder,
    )
