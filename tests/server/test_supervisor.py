"""`maskloop up`: one command, its processes, and how they end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.db.engine import make_engine, make_sessions
from server.db.migrate import upgrade
from server.db.models import Job
from server.rules.jobs import JobState, JobTimes
from server.services import jobs
from server.settings import Settings
from server.tether import tethered
from tests.rows import new_job
from tests.servers.workers import command_of, descendants, eventually

STOP_LIMIT_SECONDS = 60.0
"""What hangs takes longer, however slow the machine is."""
WORKERS = ("-Q gpu", "-Q cpu,control")


class Up:
    """One `maskloop up` on a data folder."""

    def __init__(self, data: Path, *options: str) -> None:
        command = [sys.executable, "-m", "server.cli", "up", "--data", str(data)]
        self.process = subprocess.Popen(
            tethered([*command, *(options or ("--port", "0"))]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={name: each for name, each in os.environ.items() if "MASKLOOP_" not in name},
        )

    def address(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"{line!r} {self._errors()}"
        return found.group()

    def children(self) -> list[int]:
        return descendants(self.process.pid)

    def child(self, words: str) -> int:
        found = [pid for pid in self.children() if words in command_of(pid)]
        assert found, f"no child runs {words!r}"
        return found[0]

    def ready(self) -> None:
        """Wait for both workers' pools: a worker that still starts stops later."""
        eventually(
            lambda: all(
                sum(words in command_of(pid) for pid in self.children()) > 1 for words in WORKERS
            ),
            "both workers have their pools",
        )

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=STOP_LIMIT_SECONDS)
        self._errors()

    def _errors(self) -> str:
        if self.process.poll() is None:
            return ""
        return self.process.communicate()[1]


def answer(address: str) -> int:
    """Return the status of the health check."""
    with urllib.request.urlopen(
        f"{address}/api/v1/healthz", timeout=STOP_LIMIT_SECONDS
    ) as response:
        return int(response.status)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder whose path is short enough for the broker's socket to lie in it."""
    with tempfile.TemporaryDirectory(prefix="up-") as folder:
        yield Path(folder)


@pytest.fixture
def started(data: Path) -> Iterator[Up]:
    up = Up(data)
    yield up
    up.end()


def test_starts_answers_refuses_a_second_and_stops_with_nothing_left(
    started: Up, data: Path
) -> None:
    assert answer(started.address()) == 200
    started.ready()
    second = Up(data)
    _, errors = second.process.communicate(timeout=STOP_LIMIT_SECONDS)
    assert second.process.returncode == 1
    assert "runs on" in errors
    assert str(started.process.pid) in errors
    children = started.children()
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(timeout=STOP_LIMIT_SECONDS) == 0
    assert [pid for pid in children if command_of(pid)] == []
    assert list((data / "run").iterdir()) == []


def test_a_killed_supervisor_leaves_nothing_and_can_start_again(started: Up, data: Path) -> None:
    started.address()
    started.ready()
    children = started.children()
    started.process.kill()
    started.process.wait()
    eventually(lambda: not any(command_of(pid) for pid in children), "all are gone")
    again = Up(data)
    try:
        assert answer(again.address()) == 200
    finally:
        again.end()


def test_what_dies_is_started_again(started: Up) -> None:
    address = started.address()
    started.ready()
    names = ("server.cli api", "valkey-server", "redis-server", *WORKERS)
    for words in names:
        found = [pid for pid in started.children() if words in command_of(pid)]
        for pid in found[:1]:
            os.kill(pid, signal.SIGKILL)

    def all_back() -> bool:
        try:
            return answer(address) == 200
        except OSError:
            return False

    eventually(all_back, "the API answers again")
    started.ready()


def test_a_taken_port_is_refused_in_words(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        up = Up(data, "--port", str(taken.getsockname()[1]))
        _, errors = up.process.communicate(timeout=STOP_LIMIT_SECONDS)
    assert up.process.returncode == 1
    assert "is not free" in errors
    assert "Traceback" not in errors


def test_what_the_last_run_left_running_goes_on_at_once(data: Path) -> None:
    settings = Settings(data=data)
    engine = make_engine(settings.sql_url)
    upgrade(engine)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        job_id = new_job(session, path="/nowhere").id
        assert jobs.claim(session, job_id, owner="the last run", times=JobTimes(lease=3600))
    up = Up(settings.data)
    try:
        up.address()

        def taken() -> bool:
            with sessions() as session:
                return session.get_one(Job, job_id).fence == 2

        eventually(taken, "the job is claimed again")
    finally:
        up.end()
        with sessions() as session:
            assert session.get_one(Job, job_id).state is not JobState.RUNNING
        with engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        engine.dispose()
