"""The engine: SQLite for the embedded mode, PostgreSQL in production, the same rules on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

LOCK_WAIT_SECONDS = 30
"""How long a SQLite writer waits for another; a shorter wait showed locked errors under load."""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-16384",  # KiB: a page of a long list reads some 250 places all over the file
)


def make_engine(url: str) -> Engine:
    """Return an engine whose writing transactions are safe for check-then-act.

    SQLite: every transaction begins with `BEGIN IMMEDIATE`, so that two of them never interleave;
    a reader that will not write opts out with `execution_options(sqlite_begin="DEFERRED")`.
    PostgreSQL: READ COMMITTED; services take row locks where they check before they act.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=40,
        connect_args={
            "options": "-c lock_timeout=30s -c statement_timeout=60s"
            " -c idle_in_transaction_session_timeout=60s"
        },
    )


def _sqlite(url: str) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": LOCK_WAIT_SECONDS},
        pool_size=10,
        max_overflow=40,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    turn = Lock()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        if mode == "IMMEDIATE":
            _take_turn(turn, connection)
        try:
            connection.exec_driver_sql(f"BEGIN {mode}")
        except BaseException:
            _end_turn(turn, connection)
            raise

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def _end(connection: Connection) -> None:
        # The event comes before the database's own COMMIT; whoever is next waits for that there.
        _end_turn(turn, connection)

    return engine


_TURN = "maskloop_turn"


def _take_turn(turn: Lock, connection: Connection) -> None:
    """Queue this process's writers on a lock of their own.

    SQLite's writers poll with sleeps of up to 100 ms; fifty that poll leave the file idle for
    most of the time, and some of them never find it free. A lock hands over at once.
    """
    if not turn.acquire(timeout=LOCK_WAIT_SECONDS):
        raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("database is locked"))
    connection.info[_TURN] = True


def _end_turn(turn: Lock, connection: Connection) -> None:
    if connection.info.pop(_TURN, False):
        turn.release()


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the factory of sessions; objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Give a session for reading only: on SQLite it never waits for a writer."""
    with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.connection(execution_options={"sqlite_begin": "DEFERRED"})
        yield session  # closing rolls back and leaves what was read readable


def is_postgres(session: Session) -> bool:
    """Whether row locks exist (SQLite locks the whole file instead)."""
    return session.get_bind().dialect.name == "postgresql"


def now(session: Session) -> datetime:
    """Return the database's clock: the only clock that leases and schedules may trust."""
    if is_postgres(session):
        value = session.scalar(select(func.clock_timestamp()))
    else:
        raw = session.scalar(text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"))
        value = datetime.fromisoformat(str(raw)).replace(tzinfo=UTC)
    assert isinstance(value, datetime)
    return value.astimezone(UTC)
