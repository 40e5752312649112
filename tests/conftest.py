"""What every test may ask for: real databases, a real broker, blobs in a temporary folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.broker import broker_server
from tests.servers.browser import find_browser
from tests.servers.missing import missing
from tests.servers.postgres import PostgresServer, postgres_server
from tests.servers.queue import RecordingQueue

if TYPE_CHECKING:
    from playwright.sync_api import Playwright


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the whole run; each test gets a database of its own in it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that was migrated once; closing its last connection empties its WAL."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: there can be one in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The machine's Chromium."""
    path = find_browser()
    if path is None:
        missing("no Chromium: apt-get install chromium, or name one in MASKLOOP_CHROMIUM")
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of this test alone, on both databases in turn.

    One of them only: `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.migrated_database() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The engine that the service itself would make."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """The factory of sessions, as services and workers use it."""
    return make_sessions(engine)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One open transaction, rolled back at the end. On SQLite it keeps all other writers out."""
    with sessions() as session:
        yield session
        session.rollback()


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    """A blob store of this test alone."""
    return LocalBlobs(tmp_path / "blobs")


@pytest.fixture
def queue() -> RecordingQueue:
    """Keeps what was announced, in `.sent`."""
    return RecordingQueue()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a service on this test's database, with a data folder of its own."""
    return Settings(data=tmp_path / "data", database_url=database_url)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The run's one Redis-protocol server."""
    with broker_server(tmp_path_factory.mktemp("broker")) as url:
        yield url


@pytest.fixture
def valkey_url(broker: str) -> str:
    """A real Redis-protocol server, emptied before the test."""
    with Redis.from_url(broker) as client:
        client.flushall()
    return broker
