"""The ledger as people read it; `budgets` is what writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from server.db.models import Budget, Image, Item, Lease, LedgerEntry, Round, User
from server.rules.budgets import PROJECT, BudgetUnit, EntryKind
from server.services.paging import AnySelect, Page, PageQuery, by_id, fetch

COLUMNS = (
    "at", "unit", "holder", "kind", "amount", "granted", "reserved", "spent", "left",
    "money", "currency", "round", "image", "person", "note",
)  # fmt: skip
_GRANTED = {
    EntryKind.GRANT: 1,
    EntryKind.TRANSFER_IN: 1,
    EntryKind.WITHDRAW: -1,
    EntryKind.TRANSFER_OUT: -1,
}
_SPENT = frozenset({EntryKind.SPEND, EntryKind.CHARGE})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Share:
    """What one round or one person has spent of one unit."""

    unit: BudgetUnit
    round: int | None
    person: str | None
    labels: int
    spent: int
    money: float | None


def entries(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (entry, the item's id or None, the person's name or None), newest first."""
    statement = (
        select(LedgerEntry, Lease.item_id, User.name)
        .outerjoin(Lease, Lease.id == LedgerEntry.lease_id)
        .outerjoin(User, User.id == LedgerEntry.actor_id)
        .where(LedgerEntry.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[by_id(LedgerEntry.id)], newest_first=True)


def shares(session: Session, project_id: UUID) -> list[Share]:
    """Return what each person has spent in each round, by unit; validation labels: no round."""
    statement = (
        select(
            LedgerEntry.unit,
            Round.number,
            User.name,
            func.count(),
            func.sum(LedgerEntry.amount),
        )
        .outerjoin(Lease, Lease.id == LedgerEntry.lease_id)
        .outerjoin(Item, Item.id == Lease.item_id)
        .outerjoin(Round, Round.id == Item.round_id)
        .outerjoin(User, User.id == LedgerEntry.actor_id)
        .where(
            LedgerEntry.project_id == project_id,
            LedgerEntry.holder == PROJECT,
            LedgerEntry.kind.in_(_SPENT),
        )
        .group_by(LedgerEntry.unit, Round.number, User.name)
        .order_by(LedgerEntry.unit, Round.number, User.name)
    )
    rates = _rates(session, project_id)
    return [
        Share(unit, number, person, labels, int(spent), _money(rates, unit, int(spent)))
        for unit, number, person, labels, spent in session.execute(statement)
    ]


def statement_csv(session: Session, project_id: UUID) -> Iterator[str]:
    """Yield the whole ledger as CSV, line by line and oldest first, with running counters."""
    rates = _rates(session, project_id)
    counters: dict[tuple[BudgetUnit, str], list[int]] = {}
    yield _line(COLUMNS)
    statement = _statement_rows(project_id).execution_options(yield_per=500)
    with closing(session.execute(statement)) as rows:  # a reader may leave before the end
        for entry, number, image, person in rows:
            granted, reserved, spent = _advance(
                counters.setdefault((entry.unit, entry.holder), [0, 0, 0]), entry
            )
            money = _money(rates, entry.unit, entry.amount) if entry.kind in _SPENT else None
            yield _line(
                (
                    entry.created_at.isoformat(),
                    entry.unit.value,
                    entry.holder,
                    entry.kind.value,
                    entry.amount,
                    granted,
                    reserved,
                    spent,
                    granted - reserved - spent,
                    "" if money is None else f"{money:.2f}",
                    "" if money is None else rates[entry.unit][1],
                    number,
                    image,
                    person,
                    entry.note,
                )
            )


def _statement_rows(project_id: UUID) -> AnySelect:
    image_id = case((LedgerEntry.image_id.is_not(None), LedgerEntry.image_id), else_=Item.image_id)
    return (
        select(LedgerEntry, Round.number, Image.name, User.name)
        .outerjoin(Lease, Lease.id == LedgerEntry.lease_id)
        .outerjoin(Item, Item.id == Lease.item_id)
        .outerjoin(Round, Round.id == Item.round_id)
        .outerjoin(Image, Image.id == image_id)
        .outerjoin(User, User.id == LedgerEntry.actor_id)
        .where(LedgerEntry.project_id == project_id)
        .order_by(LedgerEntry.id)
    )


def _advance(counters: list[int], entry: LedgerEntry) -> list[int]:
    """Move a pot's granted, reserved and spent by one entry."""
    counters[0] += _GRANTED.get(entry.kind, 0) * entry.amount
    counters[1] += entry.amount if entry.kind is EntryKind.RESERVE else -entry.closes
    counters[2] += entry.amount if entry.kind in _SPENT else 0
    return counters


def _rates(session: Session, project_id: UUID) -> dict[BudgetUnit, tuple[float, str]]:
    rows = session.scalars(
        select(Budget).where(Budget.project_id == project_id, Budget.rate.is_not(None))
    )
    return {row.unit: (row.rate or 0.0, row.currency or "") for row in rows}


def _money(rates: dict[BudgetUnit, tuple[float, str]], unit: BudgetUnit, of: int) -> float | None:
    return None if unit not in rates else of * rates[unit][0]


def _line(values: tuple[object, ...]) -> str:
    """Return one CSV line; what a spreadsheet would run as a formula gets a quote before it."""
    out = io.StringIO()
    cells = ["" if value is None else value for value in values]
    csv.writer(out).writerow(
        f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
        for cell in cells
    )
    return out.getvalue()
