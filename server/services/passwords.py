"""Passwords: kept as Argon2id, checked in the same time whether or not the person exists."""

from __future__ import annotations

from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import User
from server.rules.errors import Invalid, Unauthenticated
from server.services import users
from server.services.users import SignedIn

SHORTEST = 12
LONGEST = 200

_HASHER = PasswordHasher()
"""The library's parameters: RFC 9106, low memory: 64 MiB, 3 passes, 4 lanes."""
_NOBODY = _HASHER.hash("nobody has this password")


def set_own(session: Session, user_id: UUID, *, password: str, current: str | None) -> None:
    """Set a person's password, who shows the present one if there is one.

    Raises:
        Invalid: It is too short, or is the person's name.
        Unauthenticated: The present one is wrong.
    """
    user = users.get(session, user_id)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters.", field="password")
    if user.name.lower() in password.lower() and len(password) < len(user.name) + SHORTEST:
        raise Invalid("A password is not one's name.", field="password")
    if user.password_hash is not None and not _matches(user.password_hash, current or ""):
        raise Unauthenticated("The present password is wrong.")
    user.password_hash = _HASHER.hash(password)
    users.end_sessions(session, user_id)


def clear(session: Session, user_id: UUID) -> None:
    """Take a forgotten password away: a link signs the person in, who then sets a new one."""
    users.get(session, user_id).password_hash = None
    users.end_sessions(session, user_id)


def login(session: Session, *, name: str, password: str) -> SignedIn:
    """Sign a person in.

    Raises:
        Unauthenticated: No such person, none of theirs, or disabled: all look the same.
    """
    user = session.scalar(select(User).where(User.name == name))
    known = user.password_hash if user is not None else None
    good = _matches(known or _NOBODY, password[:LONGEST]) and known is not None
    if user is None or not good or user.disabled_at is not None:
        raise Unauthenticated("This name and password do not belong together.")
    if known is not None and _HASHER.check_needs_rehash(known):
        user.password_hash = _HASHER.hash(password)
    return users.begin_session(session, user, moment=now(session))


def _matches(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
