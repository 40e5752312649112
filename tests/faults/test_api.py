"""The API's own process killed, or asked to stop, in the middle of a submission."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.models import Budget, Mask, User
from server.rules.images import MaskOrigin
from server.services import tokens
from server.settings import Settings
from server.storage.local import LocalBlobs
from server.tether import tethered
from tests.servers.workers import eventually
from tests.world import label_map, new_world, take, to_labelling

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BODY = codecs.encode_labels(label_map(1))


class Api:
    """`maskloop api` on a port of its own, and what an annotator sends to it."""

    def __init__(self, settings: Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        command = [sys.executable, "-m", "server.cli", "api", "--port", str(self.port)]
        self.process = subprocess.Popen(
            tethered(command), env={**os.environ, **settings.as_environment()}
        )
        eventually(self.listens, "the API listens")

    def listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def begin(self, path: str, token: str) -> http.client.HTTPConnection:
        """Send a submission's head and the first half of its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest("POST", f"/api/v1{path}")
        for name, value in {
            "Authorization": f"Bearer {token}",
            "Content-Type": codecs.LABELS_TYPE,
            "Content-Length": str(len(BODY)),
            "Idempotency-Key": "once",
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(BODY[: len(BODY) // 2])
        # Connections are let in one after the other: once this one is answered, that one is in.
        httpx2.get(f"http://127.0.0.1:{self.port}/api/v1/healthz", timeout=60).raise_for_status()
        return connection

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Annotator:
    """Who holds an item, and where it is submitted."""

    token: str
    path: str
    sessions: sessionmaker[Session]
    settings: Settings

    def spent(self) -> int:
        with self.sessions() as session:
            return session.scalars(select(Budget.spent)).one()

    def drawn(self) -> int:
        with self.sessions() as session:
            of_people = select(Mask).where(Mask.origin == MaskOrigin.HUMAN)
            return len(session.scalars(of_people).all())


@pytest.fixture
def annotator(settings: Settings, sessions: sessionmaker[Session]) -> Annotator:
    with sessions.begin() as session:
        world = new_world(session, LocalBlobs(settings.blob_folder))
        to_labelling(world, k=2)
        person = world.add_person()
        lease = take(world, person)
        _, token = tokens.create(session, session.get_one(User, person), name="test")
        path = f"/items/{lease.item_id}/submit?lease_id={lease.id}"
    return Annotator(token, path, sessions, settings)


@pytest.fixture
def api(annotator: Annotator) -> Iterator[Api]:
    api = Api(annotator.settings)
    yield api
    api.close()


def rest(connection: http.client.HTTPConnection) -> tuple[int, object]:
    """Send the other half; return the answer's status and body."""
    with closing(connection):
        connection.send(BODY[len(BODY) // 2 :])
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_killed_in_the_midst_of_a_body_it_has_kept_nothing_and_takes_it_again(
    api: Api, annotator: Annotator
) -> None:
    connection = api.begin(annotator.path, annotator.token)
    api.process.kill()
    api.process.wait()
    with pytest.raises((OSError, http.client.HTTPException)):
        rest(connection)
    assert (annotator.spent(), annotator.drawn()) == (0, 0)
    again = Api(annotator.settings)
    try:
        first = rest(again.begin(annotator.path, annotator.token))
        assert first[0] == 200
        assert rest(again.begin(annotator.path, annotator.token)) == first
    finally:
        again.close()
    assert (annotator.spent(), annotator.drawn()) == (1, 1)


def test_asked_to_stop_it_ends_what_it_has_begun(api: Api, annotator: Annotator) -> None:
    connection = api.begin(annotator.path, annotator.token)
    api.process.send_signal(signal.SIGTERM)
    # What it has begun may take two seconds: on a slow machine they are not all waited for.
    until = time.monotonic() + 1
    while api.listens() and time.monotonic() < until:
        time.sleep(0.02)
    assert rest(connection)[0] == 200
    api.process.wait(timeout=60)
    assert (annotator.spent(), annotator.drawn()) == (1, 1)
