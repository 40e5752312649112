"""Who did what: one line per act that changed something."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import AuditEntry, User
from server.services.paging import Page, PageQuery, by_id, fetch


def note(
    session: Session,
    act: str,
    *,
    project_id: UUID | None,
    actor_id: UUID | None,
    subject: object,
    **details: Any,
) -> None:
    """Add a line in the transaction of the act itself."""
    session.add(
        AuditEntry(
            project_id=project_id,
            actor_id=actor_id,
            act=act,
            subject=str(subject),
            details=details,
            at=now(session),
        )
    )


def entries(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (entry, the actor's name or None), newest first."""
    statement = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[by_id(AuditEntry.id)], newest_first=True)
