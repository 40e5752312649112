"""Tokens for scripts: each acts for one person, with that person's rights at most."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Token, User
from server.rules.errors import Invalid, NotFound
from server.services import secrets
from server.services.access import SCOPES
from server.services.paging import Page, PageQuery, by_id, fetch

MAX_DAYS = 365


def create(
    session: Session,
    user: User,
    *,
    name: str,
    scopes: Collection[str] = SCOPES,
    project_id: UUID | None = None,
    expires_in_days: int = MAX_DAYS,
) -> tuple[Token, str]:
    """Add a token; the secret is returned here and never again.

    Whether the person may see `project_id` is the caller's check.
    """
    unknown = sorted(set(scopes) - SCOPES)
    if unknown or not scopes:
        raise Invalid(f"Scopes are {', '.join(sorted(SCOPES))}.", field="scopes")
    if not 0 < expires_in_days <= MAX_DAYS:
        raise Invalid(
            f"A token lives 1 to {MAX_DAYS} days, not {expires_in_days}.", field="expires_in_days"
        )
    secret = secrets.TOKEN_PREFIX + secrets.new()
    token = Token(
        user_id=user.id,
        name=name,
        token_sha256=secrets.digest(secret),
        scopes=sorted(scopes),
        project_id=project_id,
        expires_at=now(session) + timedelta(days=expires_in_days),
        created_at=now(session),
    )
    session.add(token)
    session.flush()
    return token, secret


def of_user(session: Session, user_id: UUID, query: PageQuery) -> Page:
    """Return a page of the person's tokens that are not revoked."""
    statement = select(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None))
    return fetch(session, statement, query, keys=[by_id(Token.id)])


def revoke(session: Session, token_id: UUID, *, user_id: UUID) -> None:
    """End one of the person's tokens for good."""
    token = session.get(Token, token_id)
    if token is None or token.user_id != user_id or token.revoked_at is not None:
        raise NotFound
    token.revoked_at = now(session)
