"""Credentials for who owns the data folder: the database itself is the permission."""

from __future__ import annotations

from uuid import UUID

from server.db.engine import make_engine, make_sessions
from server.services import tokens, users
from server.services.unit_of_work import unit_of_work
from server.settings import Settings


class _NoQueue:
    """Users and tokens start no jobs."""

    def send(self, job_id: UUID, queue: str) -> None:
        raise AssertionError(f"job {job_id} for {queue} was not expected here")


def admin_token(settings: Settings, *, days: int = 7) -> str:
    """Return a new token of the installation's admin, made if missing."""
    engine = make_engine(settings.sql_url)
    try:
        with unit_of_work(make_sessions(engine), _NoQueue()) as session:
            admin = users.ensure_admin(session)
            _token, secret = tokens.create(
                session, admin, name="command line", expires_in_days=days
            )
            return secret
    finally:
        engine.dispose()


def login_path(settings: Settings) -> str:
    """Return the path of a link that signs the installation's admin in once."""
    engine = make_engine(settings.sql_url)
    try:
        with unit_of_work(make_sessions(engine), _NoQueue()) as session:
            secret, _expires_at = users.login_link(session, users.ensure_admin(session).id)
            return f"/login#{secret}"
    finally:
        engine.dispose()
