"""A real Redis-protocol server on a TCP port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

from server.private_broker import NoBroker, find_binary
from server.tether import tethered
from tests.servers.missing import missing

START_SECONDS = 120


@contextmanager
def broker_server(folder: Path) -> Iterator[str]:
    """Give the URL of `MASKLOOP_TEST_BROKER_URL`, else of a new server without persistence."""
    given = os.environ.get("MASKLOOP_TEST_BROKER_URL")
    if given:
        yield given
        return
    port = free_port()
    process = start_broker(port, folder)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def start_broker(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start a server on `port` and wait until it answers."""
    try:
        binary = find_binary()
    except NoBroker as reason:
        missing(str(reason))
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        tethered([binary, *options, "--dir", str(folder), "--loglevel", "warning"]),
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + START_SECONDS
    with Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except NoConnection:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the broker did not start") from None
                time.sleep(0.02)
            else:
                return process


def free_port() -> int:
    """Return a TCP port that is free right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
