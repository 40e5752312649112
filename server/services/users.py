"""People: made by an admin, signed in by a one-time link, remembered by a cookie."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import LoginLink, User, WebSession
from server.rules.errors import Conflict, NameTaken, NotFound, Unauthenticated
from server.services import secrets
from server.services.paging import Page, PageQuery, by_id, fetch

LINK_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(days=14)


def create(
    session: Session, *, name: str, display_name: str | None = None, is_admin: bool = False
) -> User:
    """Add a person.

    Raises:
        NameTaken: Someone has this name.
    """
    user = User(
        name=name, display_name=display_name or name, is_admin=is_admin, created_at=now(session)
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise NameTaken(f"There is a user {name!r} already.", field="name") from None
    return user


def ensure_admin(session: Session, *, name: str = "admin") -> User:
    """Return the admin of that name, made if missing: how an installation gets its first user."""
    user = session.scalar(select(User).where(User.name == name))
    return user or create(session, name=name, is_admin=True)


def get(session: Session, user_id: UUID) -> User:
    """Return the person, or raise `NotFound`."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def everyone(session: Session, query: PageQuery) -> Page:
    """Return a page of people."""
    return fetch(session, select(User), query, keys=[by_id(User.id)])


def set_disabled(session: Session, user_id: UUID, *, disabled: bool, actor: User) -> User:
    """Close an account, signed out everywhere, or open it again; what the person did stays.

    Raises:
        Conflict: It is one's own: nobody would be left to open it.
    """
    user = get(session, user_id)
    if user.id == actor.id:
        raise Conflict("You cannot disable your own account.", field="disabled")
    user.disabled_at = (user.disabled_at or now(session)) if disabled else None
    if disabled:
        end_sessions(session, user_id)
    session.flush()
    return user


def login_link(session: Session, user_id: UUID) -> tuple[str, datetime]:
    """Return a secret that signs the person in once, and when it expires."""
    secret, expires_at = secrets.new(), now(session) + LINK_LIFE
    session.add(
        LoginLink(
            user_id=get(session, user_id).id,
            token_sha256=secrets.digest(secret),
            expires_at=expires_at,
            created_at=now(session),
        )
    )
    return secret, expires_at


SignedIn = tuple[User, str, datetime]
"""The person, the cookie's secret, and when it expires."""


def login(session: Session, secret: str) -> SignedIn:
    """Use up a link; return the person, the cookie's secret and when it expires.

    Raises:
        Unauthenticated: The link is unknown, used or expired: all look the same.
    """
    moment = now(session)
    user_id = session.scalar(
        update(LoginLink)
        .where(
            LoginLink.token_sha256 == secrets.digest(secret),
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(LoginLink.user_id)
        .execution_options(synchronize_session=False)
    )
    user = session.get(User, user_id) if user_id else None
    if user is None or user.disabled_at is not None:
        raise Unauthenticated("This link is unknown, expired, or was used already.")
    return begin_session(session, user, moment=moment)


def begin_session(session: Session, user: User, *, moment: datetime) -> SignedIn:
    """Remember a browser whose person has shown who they are."""
    cookie, expires_at = secrets.new(), moment + SESSION_LIFE
    session.add(
        WebSession(
            user_id=user.id,
            token_sha256=secrets.digest(cookie),
            expires_at=expires_at,
            created_at=moment,
        )
    )
    return user, cookie, expires_at


def session_end(session: Session, cookie: str) -> datetime | None:
    """Return when the cookie expires."""
    return session.scalar(
        select(WebSession.expires_at).where(WebSession.token_sha256 == secrets.digest(cookie))
    )


def logout(session: Session, cookie: str) -> None:
    """End the cookie's session for good."""
    session.execute(
        update(WebSession)
        .where(WebSession.token_sha256 == secrets.digest(cookie), WebSession.revoked_at.is_(None))
        .values(revoked_at=now(session))
        .execution_options(synchronize_session=False)
    )


def end_sessions(session: Session, user_id: UUID) -> None:
    """Sign a person out everywhere: whoever knew the old password is out, too."""
    session.execute(
        update(WebSession)
        .where(WebSession.user_id == user_id, WebSession.revoked_at.is_(None))
        .values(revoked_at=now(session))
        .execution_options(synchronize_session=False)
    )
