"""Messages: sent, counted, and allowed to get lost."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.orm import Session, sessionmaker

from server.broker import CeleryQueue
from server.db.models import Job
from server.services.unit_of_work import unit_of_work
from tests.rows import new_job
from tests.servers.broker import free_port

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_message_is_sent_after_the_commit_and_noted(
    sessions: sessionmaker[Session], valkey_url: str
) -> None:
    queue = CeleryQueue(valkey_url, sessions)
    assert queue.waiting("cpu") == 0
    with unit_of_work(sessions, queue) as session:
        job = new_job(session)
        assert queue.waiting("cpu") == 0
    assert queue.waiting("cpu") == 1
    with sessions() as session:
        assert session.get_one(Job, job.id).sent_at is not None


@pytest.mark.parametrize("configured", [True, False], ids=["away", "none"])
def test_without_a_broker_the_request_succeeds_soon_and_the_job_waits(
    sessions: sessionmaker[Session], configured: bool
) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0" if configured else None
    queue = CeleryQueue(url, sessions)
    before = time.monotonic()
    with unit_of_work(sessions, queue) as session:
        job = new_job(session)
    assert time.monotonic() - before < 30
    with sessions() as session:
        assert session.get_one(Job, job.id).sent_at is None
    assert queue.waiting("cpu") is None
