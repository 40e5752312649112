"""Real Celery workers as processes of the test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from server.settings import Settings
from server.tether import tethered

PATIENCE = 120.0
"""A process of the worker starts in seconds, beside others on a slow machine in tens of them."""


class Workers:
    """Starts workers, and ends whatever is left of them."""

    def __init__(self, settings: Settings, application: str) -> None:
        self._settings = settings
        self._application = application
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, queues: str = "cpu,control", *, beat: bool = True) -> subprocess.Popen[bytes]:
        """Start one worker with two processes in a session of its own."""
        celery = [sys.executable, "-m", "celery", "-A", self._application, "worker"]
        name = f"test-{len(self._started)}-{os.getpid()}@%h"
        options = ["-Q", queues, "-c", "2", "-n", name, "--without-gossip", "--without-mingle"]
        process = subprocess.Popen(
            tethered([*celery, *options, *(["-B"] if beat else [])]),
            env={**os.environ, **self._settings.as_environment()},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kill all that still runs."""
        for process in self._started:
            kill_group(process, signal.SIGKILL)
            process.wait()


def kill_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a worker and its pool (their jobs' processes are in other groups)."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def descendants(pid: int) -> list[int]:
    """Return the living processes below `pid`, nearest first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name_and_rest = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if name_and_rest[0] != "Z":
            children.setdefault(int(name_and_rest[1]), []).append(int(stat.parent.name))
    found: list[int] = []
    level = [pid]
    while level:
        level = [child for parent in level for child in children.get(parent, [])]
        found += level
    return found


def command_of(pid: int) -> str:
    """Return a process's command line; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def eventually(check: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until `check` holds."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
