"""Credentials for who owns the data folder: the database itself is the permission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from server.db.engine import make_engine, make_sessions
from server.services import tokens, users
from server.services.unit_of_work import transaction
from server.settings import Settings

TOKEN_DAYS = 7
"""A simulated run takes hours at the most, and every command makes a token of its own."""


def admin_token(settings: Settings) -> str:
    """Return a new token of the installation's admin, made if missing."""
    with _transaction(settings) as session:
        admin = users.ensure_admin(session)
        _token, secret = tokens.create(
            session, admin, name="command line", expires_in_days=TOKEN_DAYS
        )
        return secret


def login_path(settings: Settings) -> str:
    """Return the path of a link that signs the installation's admin in once."""
    with _transaction(settings) as session:
        secret, _expires_at = users.login_link(session, users.ensure_admin(session).id)
        return f"/login#{secret}"


@contextmanager
def _transaction(settings: Settings) -> Iterator[Session]:
    engine = make_engine(settings.sql_url)
    try:
        with transaction(make_sessions(engine)) as session:
            yield session
    finally:
        engine.dispose()
