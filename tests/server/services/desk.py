"""One queued job, and every act on it in a transaction of its own, as in the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import now
from server.db.models import Job
from server.rules.jobs import JobTimes
from server.services import jobs
from server.services.unit_of_work import unit_of_work
from tests.rows import new_job
from tests.servers.queue import RecordingQueue

TIMES = JobTimes()
T = TypeVar("T")


class Desk:
    """Each call is a transaction of its own, as in the service."""

    def __init__(self, sessions: sessionmaker[Session], queue: RecordingQueue) -> None:
        self.sessions = sessions
        self.queue = queue
        with unit_of_work(sessions, queue) as session:
            self.job_id = new_job(session).id

    def do(self, act: Callable[[Session], T]) -> T:
        with unit_of_work(self.sessions, self.queue) as session:
            return act(session)

    def claim(self, owner: str = "me") -> int:
        job = self.do(lambda s: jobs.claim(s, self.job_id, owner=owner, times=TIMES))
        assert job is not None
        return job.fence

    def may_claim(self) -> bool:
        return self.do(lambda s: jobs.claim(s, self.job_id, owner="other", times=TIMES)) is not None

    def fail(self, fence: int, *, final: bool = False) -> None:
        self.do(
            lambda s: jobs.fail(
                s,
                self.job_id,
                fence=fence,
                error="no",
                error_class="X",
                times=TIMES,
                final=final,
            )
        )

    def row(self) -> Job:
        with self.sessions() as session:
            return session.get_one(Job, self.job_id)

    def clock(self) -> datetime:
        with self.sessions() as session:
            return now(session)

    def let_lease_end(self) -> None:
        past = self.clock() - timedelta(seconds=1)
        self.do(lambda s: s.execute(update(Job).values(lease_until=past)))

    def let_wait_end(self) -> None:
        self.do(lambda s: s.execute(update(Job).values(not_before=None)))

    def let_message_get_old(self) -> None:
        old = self.clock() - timedelta(seconds=TIMES.resend + 1)
        self.do(lambda s: s.execute(update(Job).values(sent_at=old)))
