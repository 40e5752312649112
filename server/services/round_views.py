"""What became of a round: its history, and what its labels took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.models import Item, Lease, LedgerEntry, Mask, Round, RoundChange, User
from server.rules import plans
from server.rules.budgets import PROJECT, BudgetUnit, EntryKind
from server.services.paging import Key, Page, PageQuery, fetch


@dataclass(frozen=True)
class Spent:
    """What a round has cost so far, of what it was planned to."""

    labels: int
    planned: int
    seconds: float | None
    """Active ones; None while nobody's time was recorded."""


def history(session: Session, round_id: UUID, query: PageQuery) -> Page:
    """Return a page of (change, the actor's shown name or None), newest first."""
    statement = (
        select(RoundChange, func.coalesce(User.display_name, User.name))
        .outerjoin(User, User.id == RoundChange.actor_id)
        .where(RoundChange.round_id == round_id)
    )
    keys = [Key(RoundChange.number, lambda row: row[0].number, int)]
    return fetch(session, statement, query, keys=keys, newest_first=True)


def spent(session: Session, found: Sequence[Round]) -> dict[UUID, Spent]:
    """Return what each round has cost."""
    ids = [round_.id for round_ in found]
    labels, seconds = _labels(session, ids), _seconds(session, ids)
    return {
        round_.id: Spent(
            labels=labels.get(round_.id, 0),
            planned=plans.labels_of(round_.k, round_.config),
            seconds=seconds.get(round_.id),
        )
        for round_ in found
    }


def _labels(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(Item.round_id, func.sum(LedgerEntry.amount))
        .join(Lease, Lease.id == LedgerEntry.lease_id)
        .join(Item, Item.id == Lease.item_id)
        .where(
            Item.round_id.in_(ids),
            LedgerEntry.unit == BudgetUnit.IMAGES,
            LedgerEntry.holder == PROJECT,
            LedgerEntry.kind == EntryKind.SPEND,
        )
        .group_by(Item.round_id)
    )
    return {round_id: int(amount) for round_id, amount in rows}


def _seconds(session: Session, ids: Sequence[UUID]) -> dict[UUID, float]:
    rows = session.execute(
        select(Item.round_id, func.sum(Mask.active_seconds))
        .join(Item, Item.id == Mask.item_id)
        .where(Item.round_id.in_(ids), Mask.active_seconds.is_not(None))
        .group_by(Item.round_id)
    )
    return {round_id: float(total or 0) for round_id, total in rows}
