"""Requests that may be sent twice have one effect and one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.db.base import uuid7
from server.db.engine import is_postgres, now
from server.db.models import IdempotencyKey
from server.rules.errors import IdempotencyMismatch, Invalid

MAX_KEY = 255


@dataclass(frozen=True)
class StoredAnswer:
    """The first answer."""

    status: int
    body: dict[str, Any]


def once(session: Session, *, user_id: UUID, key: str, request_sha256: str) -> StoredAnswer | None:
    """Claim the key, or return what its first request was answered.

    The claim is a row of the caller's transaction, so no crash leaves a key in progress, and a
    refused request (rolled back) may be sent again. A second request that comes meanwhile waits
    for the first one's commit at the unique constraint.

    Raises:
        IdempotencyMismatch: The key belongs to another request.
    """
    if not 0 < len(key) <= MAX_KEY:
        raise Invalid(f"A key has 1 to {MAX_KEY} characters.", field="Idempotency-Key")
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    claimed = session.execute(
        insert(IdempotencyKey)
        .values(
            id=uuid7(),
            user_id=user_id,
            key=key,
            request_sha256=request_sha256,
            status=0,
            body={},
            created_at=now(session),
        )
        .on_conflict_do_nothing(index_elements=["user_id", "key"])
        .returning(IdempotencyKey.id)
    ).one_or_none()
    if claimed is not None:
        return None
    stored = _row(session, user_id=user_id, key=key)
    if stored.request_sha256 != request_sha256:
        raise IdempotencyMismatch
    return StoredAnswer(stored.status, stored.body)


def keep(session: Session, *, user_id: UUID, key: str, status: int, body: dict[str, Any]) -> None:
    """Store the answer of the request that claimed the key."""
    stored = _row(session, user_id=user_id, key=key)
    stored.status, stored.body = status, body
    session.flush()


def _row(session: Session, *, user_id: UUID, key: str) -> IdempotencyKey:
    statement = select(IdempotencyKey).where(
        IdempotencyKey.user_id == user_id, IdempotencyKey.key == key
    )
    return session.scalars(statement).one()


def forget(session: Session, *, user_id: UUID, key: str) -> None:
    """Give the key free again: the request had no effect that a second one must not repeat."""
    session.delete(_row(session, user_id=user_id, key=key))
    session.flush()
