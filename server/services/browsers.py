"""A person's signed-in browsers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import WebSession
from server.rules.errors import NotFound
from server.services import secrets


def live(session: Session, user_id: UUID) -> Sequence[WebSession]:
    """Return the person's sessions that are neither over nor revoked, newest first."""
    return session.scalars(
        select(WebSession)
        .where(
            WebSession.user_id == user_id,
            WebSession.revoked_at.is_(None),
            WebSession.expires_at > now(session),
        )
        .order_by(WebSession.id.desc())
    ).all()


def of_cookie(session: Session, cookie: str) -> UUID | None:
    """Return the session that a cookie stands for."""
    return session.scalar(
        select(WebSession.id).where(WebSession.token_sha256 == secrets.digest(cookie))
    )


def sign_out(session: Session, session_id: UUID, *, user_id: UUID) -> None:
    """End one of the person's own sessions, or raise `NotFound`."""
    statement = (
        update(WebSession)
        .where(
            WebSession.id == session_id,
            WebSession.user_id == user_id,
            WebSession.revoked_at.is_(None),
        )
        .values(revoked_at=now(session))
    )
    if session.connection().execute(statement).rowcount == 0:
        raise NotFound
