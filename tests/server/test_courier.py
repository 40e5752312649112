"""Deliveries to a real receiver on this machine, and addresses that are never called."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from server import courier
from server.db.engine import now
from server.db.models import Delivery
from server.rules.webhooks import MOST_ATTEMPTS, DeliveryState, wait_seconds
from server.services import webhooks
from server.services.webhooks import Outgoing
from tests.rows import new_project

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Receiver:
    """Answers with `statuses` in turn, then 204, and keeps what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.thread.join()
    receiver.server.server_close()


@pytest.fixture
def hook(sessions: sessionmaker[Session], receiver: Receiver) -> tuple[UUID, str]:
    """A webhook's id and secret; one event waits for it."""
    with sessions.begin() as session:
        project_id = new_project(session).id
        made, secret = webhooks.create(session, project_id, url=receiver.url, created_by=None)
        webhooks.emit(session, project_id, "round.closed", number=3)
        webhooks.emit(session, new_project(session).id, "round.closed", number=4)
    return made.id, secret


def delivery(sessions: sessionmaker[Session]) -> Delivery:
    with sessions() as session:
        return session.scalars(select(Delivery)).one()


def make_due(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.execute(update(Delivery).values(due_at=now(session) - timedelta(seconds=1)))


def test_an_event_arrives_once_signed_and_is_logged(
    sessions: sessionmaker[Session], receiver: Receiver, hook: tuple[UUID, str]
) -> None:
    assert courier.deliver_due(sessions, inside=True) == 1
    assert courier.deliver_due(sessions, inside=True) == 0
    [(headers, body)] = receiver.got
    told = json.loads(body)
    assert (told["event"], told["number"]) == ("round.closed", 3)
    assert headers["X-Maskloop-Delivery"] == told["id"]
    stamp, proof = headers["X-Maskloop-Signature"].split(",")
    signed = stamp.removeprefix("t=").encode() + b"." + body
    expected = hmac.new(hook[1].encode(), signed, hashlib.sha256).hexdigest()
    assert proof == f"v1={expected}"
    assert headers["Host"].startswith("localhost:")
    kept = delivery(sessions)
    assert (kept.state, kept.status, kept.attempts) == (DeliveryState.DELIVERED, 204, 1)


def test_a_failing_receiver_is_tried_again_later_and_a_redirect_is_not_followed(
    sessions: sessionmaker[Session], receiver: Receiver, hook: tuple[UUID, str]
) -> None:
    receiver.statuses = [500, 302]
    for attempts, status in ((1, 500), (2, 302)):
        courier.deliver_due(sessions, inside=True)
        kept = delivery(sessions)
        assert (kept.state, kept.status) == (DeliveryState.WAITING, status)
        assert kept.attempts == attempts
        assert courier.deliver_due(sessions, inside=True) == 0, "not before its time"
        make_due(sessions)
    courier.deliver_due(sessions, inside=True)
    assert delivery(sessions).state is DeliveryState.DELIVERED
    assert len(receiver.got) == 3


def test_after_the_last_attempt_it_has_failed_until_it_is_sent_again(
    sessions: sessionmaker[Session], receiver: Receiver, hook: tuple[UUID, str]
) -> None:
    receiver.statuses = [503] * MOST_ATTEMPTS
    for _ in range(MOST_ATTEMPTS):
        make_due(sessions)
        courier.deliver_due(sessions, inside=True)
    kept = delivery(sessions)
    assert kept.state is DeliveryState.FAILED
    make_due(sessions)
    assert courier.deliver_due(sessions, inside=True) == 0
    with sessions.begin() as session:
        webhooks.redeliver(session, hook[0], kept.id)
    assert courier.deliver_due(sessions, inside=True) == 1
    assert delivery(sessions).state is DeliveryState.DELIVERED


def test_an_event_of_a_transaction_that_rolls_back_is_never_told(
    sessions: sessionmaker[Session], hook: tuple[UUID, str]
) -> None:
    with sessions() as session:
        project_id = webhooks.get(session, hook[0]).project_id
        webhooks.emit(session, project_id, "round.cancelled")
        session.rollback()
    assert delivery(sessions).event == "round.closed"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "http://no-such-host.invalid/",
        "http://localhost:99999/",
    ],
)
def test_the_own_network_is_never_called(database_url: str, url: str) -> None:
    outgoing = Outgoing(UUID(int=0), url, {}, b"{}")
    status, error = courier.attempt(outgoing, inside=False)
    assert status is None
    assert error is not None
    assert error.startswith("Unreachable: ")


def test_waits_double(database_url: str) -> None:
    assert [wait_seconds(attempt) for attempt in (1, 2, 3)] == [10, 20, 40]
