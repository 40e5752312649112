"""Who did what: one line per act that changed something, chained so that no line can change."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.engine import is_postgres, now
from server.db.models import AuditEntry, AuditHead, User
from server.rules.audit_chain import START, digest, scope_of
from server.services.paging import Page, PageQuery, by_id, fetch


@dataclass(frozen=True)
class ChainCheck:
    """What a walk along one chain found."""

    entries: int
    broken_at: int | None
    """Number of the first entry that is not as it was written; None: all are."""
    reason: str | None


def note(
    session: Session,
    act: str,
    *,
    project_id: UUID | None,
    actor_id: UUID | None,
    subject: object,
    **details: Any,
) -> None:
    """Add a line in the transaction of the act itself, as its last step.

    The end of the project's chain stays locked until the commit, as the budget's counters do.
    """
    scope, at = scope_of(project_id), now(session)
    head = _locked_head(session, scope)
    head.number += 1
    head.sha256 = digest(
        scope=scope,
        number=head.number,
        before=head.sha256,
        actor_id=actor_id,
        act=act,
        subject=str(subject),
        details=details,
        at=at,
    )
    session.add(
        AuditEntry(
            project_id=project_id,
            actor_id=actor_id,
            act=act,
            subject=str(subject),
            details=details,
            at=at,
            number=head.number,
            sha256=head.sha256,
        )
    )
    session.flush()


def entries(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (entry, the actor's name or None), newest first."""
    statement = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[by_id(AuditEntry.id)], newest_first=True)


def check(session: Session, project_id: UUID | None) -> ChainCheck:
    """Walk the chain of a project (None: of the installation) from its first entry to its end."""
    scope = scope_of(project_id)
    head = session.scalar(
        select(AuditHead).where(AuditHead.scope == scope).execution_options(populate_existing=True)
    )
    statement = (
        select(AuditEntry)
        .where(AuditEntry.project_id == project_id)
        .order_by(AuditEntry.number, AuditEntry.id)
        .execution_options(populate_existing=True, yield_per=500)
    )
    with closing(session.scalars(statement)) as rows:  # a broken chain is not read to its end
        return _walk(scope, rows, head)


def _walk(scope: str, rows: Iterable[AuditEntry], head: AuditHead | None) -> ChainCheck:
    before, seen = START, 0
    for entry in rows:
        seen += 1
        if entry.number != seen:
            return ChainCheck(seen, seen, f"entry {seen} is missing, or another took its place")
        before = digest(
            scope=scope,
            number=seen,
            before=before,
            actor_id=entry.actor_id,
            act=entry.act,
            subject=entry.subject,
            details=entry.details,
            at=entry.at,
        )
        if entry.sha256 != before:
            return ChainCheck(seen, seen, f"entry {seen} is not as it was written")
    if (head.number if head else 0) != seen:
        return ChainCheck(seen, seen + 1, f"the chain ended later than at entry {seen}")
    if head is not None and head.sha256 != before:
        return ChainCheck(seen, seen, "the chain's end is not as it was written")
    return ChainCheck(seen, None, None)


def check_all(session: Session) -> list[tuple[str, ChainCheck]]:
    """Walk every chain; return each with its scope."""
    scopes = session.scalars(select(AuditEntry.project_id).distinct()).all()
    found = dict.fromkeys((*scopes, None))
    return [(scope_of(project_id), check(session, project_id)) for project_id in found]


def _locked_head(session: Session, scope: str) -> AuditHead:
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    session.execute(
        insert(AuditHead)
        .values(id=uuid7(), scope=scope, number=0, sha256=START)
        .on_conflict_do_nothing(index_elements=["scope"])
    )
    return session.scalars(
        select(AuditHead)
        .where(AuditHead.scope == scope)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
