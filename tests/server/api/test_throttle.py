"""Limits that processes share by way of a real broker, and what they do without it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.api.shared_counts import AWAY_SECONDS, BrokerCounts, open_shared_counts
from server.api.throttle import Throttle
from server.app import create_app
from server.rules.errors import TooMany
from server.rules.rates import HOUR, Rate
from server.services import tokens, users
from server.settings import Settings
from tests.server.api.conftest import client, problem
from tests.servers.broker import free_port, start_broker
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def processes(settings: Settings, count: int) -> Iterator[list[FastAPI]]:
    """Give applications that share nothing but their database and their broker."""
    with ExitStack() as stack:
        apps = [create_app(settings, RecordingQueue()) for _ in range(count)]
        for app in apps:
            stack.callback(app.state.engine.dispose)
        yield apps


def people_of(apps: list[FastAPI]) -> list[TestClient]:
    """Make one person; return a client of theirs for each application."""
    with apps[0].state.sessions.begin() as session:
        _, secret = tokens.create(session, users.create(session, name="mara"), name="test")
    return [client(app, secret) for app in apps]


def answers(clients: list[TestClient], calls: int) -> list[int]:
    """Ask the processes in turn."""
    return [
        clients[call % len(clients)].get("/sessions/current").status_code for call in range(calls)
    ]


def test_processes_with_one_broker_have_one_limit(settings: Settings, valkey_url: str) -> None:
    limited = settings.model_copy(update={"broker_url": valkey_url, "requests_per_minute": 10})
    with processes(limited, 2) as apps:
        mara = people_of(apps)
        assert answers(mara, 14) == [200] * 10 + [429] * 4
        answer = mara[1].get("/sessions/current")
        told = problem(answer, 429, "too_many")
        assert told["detail"].startswith("10 requests a minute are allowed; try again in ")
        assert int(answer.headers["retry-after"]) == told["wait"]
        assert 1 <= told["wait"] <= 60


def test_without_the_broker_each_process_counts_for_itself_and_later_together_again(
    settings: Settings, tmp_path: Path
) -> None:
    port = free_port()
    broker = start_broker(port, tmp_path)
    limited = settings.model_copy(
        update={"broker_url": f"redis://127.0.0.1:{port}/0", "requests_per_minute": 10}
    )
    clock = [0.0]
    try:
        with processes(limited, 2) as apps:
            for app in apps:
                shared = BrokerCounts(limited.broker_url or "", clock=lambda: clock[0])
                app.state.throttles.requests = Throttle(
                    Rate("requests", 10), shared=shared, clock=lambda: clock[0]
                )
            mara = people_of(apps)
            assert answers(mara, 12) == [200] * 10 + [429] * 2
            broker.kill()
            broker.wait()
            # Nobody is kept out because the broker is away, and nobody is let in without end.
            assert answers(mara, 24) == [200] * 20 + [429] * 4
            broker = start_broker(port, tmp_path)
            clock[0] += AWAY_SECONDS
            assert answers(mara, 12) == [200] * 10 + [429] * 2
    finally:
        broker.kill()
        broker.wait()


def test_a_broker_that_hangs_is_asked_once_and_then_left_alone(
    database_url: str, tmp_path: Path
) -> None:
    port = free_port()
    broker = start_broker(port, tmp_path)
    clock = [0.0]
    asked: list[Rate] = []

    class Watched(BrokerCounts):
        def _asked(self, item, caller):  # type: ignore[no-untyped-def]
            asked.append(item)
            return super()._asked(item, caller)

    counts = Watched(f"redis://127.0.0.1:{port}/0", clock=lambda: clock[0])
    rate = Rate("requests", 10)
    try:
        assert counts.wait(rate, "mara") == 0
        _stop(broker)
        assert [counts.wait(rate, "mara") for _ in range(5)] == [None] * 5
        assert len(asked) == 2
        clock[0] += AWAY_SECONDS
        assert [counts.wait(rate, "mara") for _ in range(5)] == [None] * 5
        assert len(asked) == 3
        broker.send_signal(signal.SIGCONT)
        clock[0] += AWAY_SECONDS
        assert [counts.wait(rate, "mara") for _ in range(5)] == [0] * 5
    finally:
        broker.kill()
        broker.wait()


def _stop(broker: subprocess.Popen[bytes]) -> None:
    broker.send_signal(signal.SIGSTOP)


def test_only_a_broker_that_others_use_is_asked(database_url: str) -> None:
    assert open_shared_counts(None) is None
    assert open_shared_counts("redis+socket:///run/maskloop/broker.sock") is None
    assert open_shared_counts("redis://127.0.0.1:1/0") is not None


def test_an_hours_limit_says_so_and_fills_up_steadily(database_url: str) -> None:
    clock = [0.0]
    throttle = Throttle(Rate("imports", 10, HOUR), clock=lambda: clock[0])
    for _ in range(10):
        throttle.enter("mara")
    with pytest.raises(TooMany, match="10 imports an hour are allowed; try again in 360 s"):
        throttle.enter("mara")
    clock[0] += 360
    throttle.enter("mara")
    throttle.enter("jona")
    with pytest.raises(TooMany):
        throttle.enter("mara")
