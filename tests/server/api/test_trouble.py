"""A disk that is full or fails, a database that someone else holds: what is answered, what stays.

The desk keeps a submission that is answered with 503 or 507 and sends it again under its key.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import make_url

from server import codecs
from server.app import create_app
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.server.api.conftest import Loop, client, problem
from tests.servers.queue import RecordingQueue
from tests.world import label_map

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def send(loop: Loop) -> dict[str, Any]:
    """The arguments of a submission that may be sent any number of times."""
    loop.to_labelling(k=2)
    item = loop.annotator.post(f"{loop.path}/items/take").json()
    return {
        "url": f"/items/{item['id']}/submit?lease_id={item['lease']['id']}",
        "content": codecs.encode_labels(label_map(1)),
        "headers": {"Content-Type": codecs.LABELS_TYPE, "Idempotency-Key": "once"},
    }


def spent(loop: Loop) -> int:
    return int(loop.lead.get(f"{loop.path}/budget").json()["spent"])


def test_a_full_disk_takes_the_same_submission_once_there_is_space(
    loop: Loop, send: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def onto_full_disk(_: LocalBlobs, data: bytes) -> Path:
        Path("/dev/full").write_bytes(data)  # the kernel's own "No space left on device"
        raise AssertionError("there was space")

    with monkeypatch.context() as full:
        full.setattr(LocalBlobs, "_write", onto_full_disk)
        problem(loop.annotator.post(**send), 507, "storage_full")
    assert spent(loop) == 0
    assert loop.annotator.post(**send).status_code == 200
    assert spent(loop) == 1


def test_a_full_database_is_read_on_and_written_to_once_there_is_space(
    app: FastAPI, loop: Loop
) -> None:
    keys = [{"code": "K" * 30} for _ in range(4)]
    large = {"keys": {f"command.{number}": keys for number in range(100)}}
    full = True

    @event.listens_for(app.state.engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages if full else 2**30}")

    app.state.engine.dispose()
    problem(loop.lead.patch("/preferences", json=large), 507, "storage_full")
    assert loop.lead.get("/preferences").json() == {}
    full = False
    app.state.engine.dispose()
    assert loop.lead.patch("/preferences", json=large).status_code == 200


def test_a_disk_that_fails_is_not_trusted_again_before_a_new_start(
    app: FastAPI,
    settings: Settings,
    loop: Loop,
    send: dict[str, Any],
    anonymous: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", fail)
        problem(loop.annotator.post(**send), 503, "unavailable")
    # The disk takes the next sync as if nothing had happened: it may have dropped the pages.
    for answer in (loop.annotator.post(**send), anonymous.get("/readyz")):
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
    assert anonymous.get("/healthz").status_code == 200
    assert spent(loop) == 0
    started_anew = create_app(settings, RecordingQueue())
    token = loop.annotator.headers["Authorization"].removeprefix("Bearer ")
    assert client(started_anew, token).post(**send).status_code == 200
    assert spent(loop) == 1
    started_anew.state.engine.dispose()


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_a_submission_that_ends_at_its_commit_counts_once_when_it_is_sent_again(
    app: FastAPI, loop: Loop, send: dict[str, Any], moment: str
) -> None:
    def end(_: object) -> None:
        raise RuntimeError("the process ends here")

    event.listen(app.state.sessions, moment, end)
    problem(loop.annotator.post(**send), 500, "internal_error")
    event.remove(app.state.sessions, moment, end)
    assert spent(loop) == int(moment == "after_commit")
    again = loop.annotator.post(**send)
    assert again.status_code == 200
    assert ("idempotent-replayed" in again.headers) == (moment == "after_commit")
    assert spent(loop) == 1


@contextmanager
def held(url: str) -> Iterator[None]:
    """Keep every writer of the file out, as a process that hangs in a transaction does."""
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_database_that_another_holds_is_read_on_and_written_to_later(
    settings: Settings, loop: Loop, send: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.db.engine.LOCK_WAIT_SECONDS", 0.2)
    impatient = create_app(settings, RecordingQueue())
    annotator = client(impatient, loop.annotator.headers["Authorization"].removeprefix("Bearer "))
    with held(settings.sql_url):
        assert annotator.get(loop.path).status_code == 200
        assert annotator.get("/readyz").status_code == 200
        answer = annotator.post(**send)
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
    assert annotator.post(**send).status_code == 200
    assert spent(loop) == 1
    impatient.state.engine.dispose()
