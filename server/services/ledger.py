"""The ledger as people read it; `budgets` is what writes it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import Lease, LedgerEntry, User
from server.services.paging import Page, PageQuery, by_id, fetch


def entries(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (entry, the item's id or None, the person's name or None), newest first."""
    statement = (
        select(LedgerEntry, Lease.item_id, User.name)
        .outerjoin(Lease, Lease.id == LedgerEntry.lease_id)
        .outerjoin(User, User.id == LedgerEntry.actor_id)
        .where(LedgerEntry.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[by_id(LedgerEntry.id)], newest_first=True)
