"""`maskloop up`: starts the whole service on one machine, keeps it running, stops it cleanly.

Every child is tied to this process by the kernel (`server.tether`), so that none survives it,
whatever ends it. One `up` owns a data folder: a lock on a file in it, held by the children too.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from server import private_broker
from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.services import ticks
from server.settings import Settings
from server.tether import tethered

logger = logging.getLogger(__name__)

STOP_SECONDS = 4.0
"""From SIGTERM to SIGKILL: a training step and its checkpoint fit; `docker stop` gives 10 s."""
BROKER_STOP_SECONDS = 1.0
START_SECONDS = 30.0
POLL_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A child that ran this long starts again without a pause when it dies."""
LOG_BYTES = 10 * 2**20


class CannotStart(Exception):
    """Why the service does not start, for the person who asked."""


@dataclass
class Child:
    """One process of the service, started again when it dies."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    held: tuple[int, ...] = ()
    """Descriptors that it inherits: the lock on the data folder."""
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = field(default=0.0)
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it. To be called from the main thread, which the kernel ties it to."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".1.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  (our own commands)
                tethered(self.command),
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.held,
            )
        self.started = time.monotonic()

    def look(self) -> None:
        """Start it again if it died, after a pause that doubles while it keeps dying."""
        at = time.monotonic()
        if self.process is None:
            if at >= self.again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.signal(signal.SIGKILL)  # what it left of its group
        self.process = None
        self.failures = 1 if at - self.started > STEADY_SECONDS else self.failures + 1
        pause = min(0.5 * 2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
        self.again_at = at + pause
        logger.warning(
            "%s ended with code %d and starts again in %.1f s; see %s",
            self.name,
            code,
            pause,
            self.log,
        )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its process group."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            logger.debug("%s is gone already", self.name)


def up(settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Run the service until SIGINT or SIGTERM; `ready` gets its address once it answers.

    Raises:
        CannotStart: Another `up` runs on the data folder, or the port is taken.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    with _lock(settings.data) as lock, _signals() as stopping:
        settings = settings.model_copy(update={"port": _port(settings.host, settings.port)})
        _prepare_database(settings)
        private = None if settings.broker_url else private_broker.new_socket_folder(settings.data)
        if private is not None:
            settings = settings.model_copy(update={"broker_url": private_broker.url_of(private)})
        broker, services = _children(settings, private, lock)
        try:
            for child in [*broker, *services]:
                child.start()
            _watch([*broker, *services], settings, stopping, ready)
        finally:
            _stop(services, STOP_SECONDS)
            _stop(broker, BROKER_STOP_SECONDS)
            if private is not None:
                shutil.rmtree(private, ignore_errors=True)


def _watch(
    children: list[Child],
    settings: Settings,
    stopping: list[int],
    ready: Callable[[str], None],
) -> None:
    answered = False
    late = time.monotonic() + START_SECONDS
    while not stopping:
        for child in children:
            child.look()
        if not answered and _answers(settings):
            answered = True
            ready(f"http://{settings.host}:{settings.port}")
        elif not answered and time.monotonic() > late:
            late = float("inf")
            logger.warning("the service does not answer yet; see %s", children[-3].log)
        time.sleep(POLL_SECONDS)


def _stop(children: list[Child], seconds: float) -> None:
    """Ask all to end, wait for them together, then end their groups."""
    for child in children:
        if child.process is not None:
            child.process.terminate()  # not its group: a worker's main process stops its pool
    deadline = time.monotonic() + seconds
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.info("%s is stopped the hard way", child.name)
            child.signal(signal.SIGKILL)
            child.process.wait()


def _children(
    settings: Settings, private: Path | None, lock: int
) -> tuple[list[Child], list[Child]]:
    """Return the private broker, if any, and the service's own processes."""
    logs = settings.data.resolve() / "logs"
    logs.mkdir(exist_ok=True)
    environment = {**os.environ, **settings.as_environment()}

    def child(name: str, *command: str) -> Child:
        return Child(name, list(command), environment, logs / f"{name}.log", (lock,))

    def python(name: str, *arguments: str) -> Child:
        return child(name, sys.executable, "-m", "server.cli", *arguments)

    broker = [child("broker", *private_broker.command(private))] if private else []
    return broker, [
        python("api", "api"),
        python("worker-gpu", "worker", "--queues", "gpu", "--processes", "1"),
        python("worker-cpu", "worker", "--queues", "cpu,control", "--processes", "2", "--beat"),
    ]


def _prepare_database(settings: Settings) -> None:
    """Bring the schema up to date; embedded, also give back what the last run left running.

    Embedded, the lock says that no worker runs, and the broker starts empty. With a database or a
    broker by URL, other machines' workers may be at work.
    """
    engine = make_engine(settings.sql_url)
    upgrade(engine)
    if settings.database_url is None and settings.broker_url is None:
        with make_sessions(engine).begin() as session:
            ticks.start_over(session)
    engine.dispose()


def _answers(settings: Settings) -> bool:
    try:
        with socket.create_connection((settings.host, settings.port), timeout=0.2):
            return True
    except OSError:
        return False


def _port(host: str, port: int) -> int:
    """Return a port that can be listened on; 0 asks for any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} of {host} is not free ({error.strerror}). Name another by --port, "
                "or --port 0 for any."
            ) from None
        return int(probe.getsockname()[1])


@contextmanager
def _lock(data: Path) -> Iterator[int]:
    """Hold the data folder; the kernel lets go of it when the last holder ends."""
    with (data / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStart(
                f"Maskloop runs on {data.resolve()} already (process {file.read().strip()}). "
                "Name another folder by --data."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collect the signals that ask for a stop."""
    got: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, lambda number, _: got.append(number)) for number in numbers]
    try:
        yield got
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
