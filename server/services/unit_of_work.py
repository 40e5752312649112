"""One request or one job step is one transaction. Only this module commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

_ANNOUNCED = "announced_jobs"


class JobQueue(Protocol):
    """Wakes a worker up. A lost message is sent again by the tick, so sending never raises."""

    def send(self, job_id: UUID, queue: str) -> None:
        """Send the job's id to the queue's workers."""


@contextmanager
def unit_of_work(sessions: sessionmaker[Session], queue: JobQueue) -> Iterator[Session]:
    """Commit on success, roll back on any exception, then announce the jobs that were added.

    Messages leave after the commit, so that no worker looks for a row that it cannot see yet.
    """
    with sessions() as session:
        with session.begin():
            yield session
        announced = session.info.pop(_ANNOUNCED, [])
    for job_id, queue_name in announced:
        queue.send(job_id, queue_name)


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Commit on success, roll back on any exception: for acts that start no job."""
    with sessions.begin() as session:
        yield session
        assert _ANNOUNCED not in session.info, "a job was added that nobody will announce"


def announce(session: Session, job_id: UUID, queue: str) -> None:
    """Have the job's message sent once the transaction is safe."""
    session.info.setdefault(_ANNOUNCED, []).append((job_id, queue))
