"""Runs the embedded service as a child, for the commands that need one of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from server import tether

START_SECONDS = 120
"""A first start on a cold disk reads every module; later ones take about two seconds."""
STOP_SECONDS = 15


class ServiceDied(Exception):
    """The service ended, or never answered; the text holds the end of its log."""


@dataclass(frozen=True)
class Service:
    """A service that answers."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def check(self) -> None:
        """Raise `ServiceDied` if the service has ended by itself."""
        if self.process.poll() is not None:
            raise ServiceDied(_last_words(self.folder, "The service has ended."))


def free_port() -> int:
    """Return a TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def log_of(folder: Path) -> Path:
    """Return where the service of a data folder writes its log."""
    return folder / "service.log"


@contextmanager
def running(folder: Path, *, port: int, import_roots: tuple[Path, ...]) -> Iterator[Service]:
    """Start `maskloop up` on a data folder, wait until it answers, and stop it at the end.

    In a session of its own, so that Ctrl+C reaches only the command, which then stops the service
    in order; tied to the command's life, so that nothing is left if the command is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "MASKLOOP_DATA": str(folder.resolve()),
        "MASKLOOP_HOST": "127.0.0.1",
        "MASKLOOP_PORT": str(port),
        # One person alone on this machine: the commands here work as fast as it does.
        "MASKLOOP_SUBMISSIONS_PER_MINUTE": "0",
        "MASKLOOP_IMPORT_ROOTS": os.pathsep.join(str(root.resolve()) for root in import_roots),
    }
    command = tether.tethered([sys.executable, "-m", "server.cli", "up"])
    with log_of(folder).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  (the command is our own)
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    service = Service(f"http://127.0.0.1:{port}", folder, process)
    try:
        _wait_until_it_answers(service)
        yield service
    finally:
        _stop(process)


def _wait_until_it_answers(service: Service) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        service.check()
        try:
            if httpx2.get(f"{service.url}/api/v1/readyz", timeout=5).is_success:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise ServiceDied(
        _last_words(service.folder, f"The service did not answer within {START_SECONDS} seconds.")
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_words(folder: Path, what: str) -> str:
    lines = log_of(folder).read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([what, f"The end of {log_of(folder)}:", *lines[-20:]])
