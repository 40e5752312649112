"""One job under its supervisor: real processes, a handler that does what its params say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import now
from server.db.models import Job, JobLine
from server.rules.jobs import JobState, JobTimes
from server.services import jobs
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.rows import new_job
from tests.servers.queue import RecordingQueue
from tests.servers.workers import eventually
from tests.worker.engine_runner import EFFECT
from worker.context import Resources
from worker.supervise import supervise

LONG = {"steps": 10_000, "seconds": 0.05}
TIMES = JobTimes()
PATIENCE = 120


sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where all is between processes; what the database decides is shown on both."""


class Bench:
    """Puts jobs under a supervisor and looks at what becomes of them."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.shutting_down = threading.Event()
        self._helpers: list[threading.Thread] = []

    def add(self, **params: Any) -> UUID:
        with unit_of_work(self.resources.sessions, self.resources.queue) as session:
            return new_job(session, **params).id

    def supervise(self, job_id: UUID) -> None:
        supervise(
            job_id,
            self.resources,
            owner="bench",
            shutting_down=self.shutting_down.is_set,
            runner="tests.worker.engine_runner",
        )

    def row(self, job_id: UUID) -> Job:
        with self.resources.sessions() as session:
            return session.get_one(Job, job_id)

    def lines(self, job_id: UUID) -> list[str]:
        with self.resources.sessions() as session:
            return list(
                session.scalars(
                    select(JobLine.text).where(JobLine.job_id == job_id).order_by(JobLine.id)
                )
            )

    def once_it_works(self, job_id: UUID, act: Callable[[], object]) -> None:
        """Do `act` beside the supervisor, as soon as the job has taken a step."""

        def wait_and_act() -> None:
            deadline = time.monotonic() + PATIENCE
            while self.row(job_id).progress == 0 and time.monotonic() < deadline:
                time.sleep(0.05)
            act()

        helper = threading.Thread(target=wait_and_act)
        self._helpers.append(helper)
        helper.start()

    def write(self, act: Callable[[Session], object]) -> None:
        with unit_of_work(self.resources.sessions, self.resources.queue) as session:
            act(session)

    def close(self) -> None:
        for helper in self._helpers:
            helper.join()


@pytest.fixture
def bench(
    settings: Settings,
    sessions: sessionmaker[Session],
    blobs: LocalBlobs,
    queue: RecordingQueue,
) -> Iterator[Bench]:
    quick = settings.model_copy(update={"job_heartbeat_seconds": 0.3, "job_grace_seconds": 1})
    bench = Bench(Resources(quick, sessions, blobs, queue))
    yield bench
    bench.close()


def test_a_job_succeeds_once_and_leaves_no_folder(bench: Bench) -> None:
    job_id = bench.add(steps=3)
    bench.supervise(job_id)
    bench.supervise(job_id)  # its message came twice
    job = bench.row(job_id)
    assert (job.state, job.result, job.progress) == (JobState.SUCCEEDED, {"steps": 3}, 1)
    assert bench.lines(job_id).count(EFFECT) == 1
    assert not (bench.resources.settings.work_folder / str(job_id)).exists()


@sqlite_only
def test_an_unexpected_error_is_tried_again(bench: Bench) -> None:
    job_id = bench.add(steps=3, harm={"2": "raise"})
    bench.supervise(job_id)
    job = bench.row(job_id)
    assert (job.state, job.error, job.error_class) == (
        JobState.QUEUED,
        "step went wrong",
        "ValueError",
    )
    assert any("Traceback" in line for line in bench.lines(job_id))
    bench.write(lambda s: s.execute(update(Job).values(not_before=None)))
    bench.supervise(job_id)
    assert bench.row(job_id).state is JobState.SUCCEEDED
    assert "attempt 2 starts after step 2" in bench.lines(job_id)


@sqlite_only
def test_giving_up_is_final(bench: Bench) -> None:
    job_id = bench.add(harm={"1": "give up"})
    bench.supervise(job_id)
    job = bench.row(job_id)
    assert (job.state, job.error, job.error_class) == (
        JobState.FAILED,
        "the data cannot be used",
        "Hopeless",
    )


@sqlite_only
@pytest.mark.parametrize(
    ("harm", "text"),
    [("segfault", "was killed by SIGSEGV.\n"), ("exit", "ended with exit code 3")],
)
def test_a_crash_is_told_with_its_last_words(bench: Bench, harm: str, text: str) -> None:
    job_id = bench.add(steps=2, harm={"1": harm})
    bench.supervise(job_id)
    job = bench.row(job_id)
    assert (job.state, job.error_class) == (JobState.QUEUED, "crashed")
    assert text in (job.error or "")
    assert ("about to crash" in (job.error or "")) == (harm == "segfault")


@sqlite_only
@pytest.mark.parametrize("deaf", [False, True], ids=["listens", "deaf"])
def test_a_cancelled_job_stops(bench: Bench, deaf: bool) -> None:
    job_id = bench.add(**LONG, deaf=deaf)
    bench.once_it_works(job_id, lambda: bench.write(lambda s: jobs.request_cancel(s, job_id)))
    bench.supervise(job_id)
    assert bench.row(job_id).state is JobState.CANCELLED
    assert EFFECT not in bench.lines(job_id)
    assert not (bench.resources.settings.work_folder / str(job_id)).exists()


@sqlite_only
@pytest.mark.parametrize("deaf", [False, True], ids=["listens", "deaf"])
def test_a_worker_that_shuts_down_gives_the_job_back(bench: Bench, deaf: bool) -> None:
    job_id = bench.add(**LONG, deaf=deaf)
    bench.once_it_works(job_id, bench.shutting_down.set)
    bench.supervise(job_id)
    job = bench.row(job_id)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert isinstance(bench.resources.queue, RecordingQueue)
    assert bench.resources.queue.sent == [(job_id, "cpu"), (job_id, "cpu")]


def test_a_job_that_someone_else_took_is_left_alone(bench: Bench) -> None:
    job_id = bench.add(**LONG)

    def take_over() -> None:
        bench.write(
            lambda s: s.execute(update(Job).values(lease_until=now(s) - timedelta(seconds=1)))
        )
        bench.write(lambda s: jobs.claim(s, job_id, owner="other", times=JobTimes()))

    bench.once_it_works(job_id, take_over)
    bench.supervise(job_id)
    job = bench.row(job_id)
    assert (job.state, job.lease_owner) == (JobState.RUNNING, "other")
    steps = (bench.resources.settings.work_folder / str(job_id) / "steps").read_text()
    time.sleep(0.3)
    later = (bench.resources.settings.work_folder / str(job_id) / "steps").read_text()
    assert steps == later, "the first process still works"


def test_a_long_job_keeps_its_lease(bench: Bench) -> None:
    job_id = bench.add(**LONG)
    leases: set[datetime | None] = set()
    taken: list[Job | None] = []

    def is_renewed() -> bool:
        return bench.row(job_id).lease_until not in leases

    def watch() -> None:
        for _ in range(3):
            eventually(is_renewed, "its lease is renewed")
            leases.add(bench.row(job_id).lease_until)
            bench.write(lambda s: taken.append(jobs.claim(s, job_id, owner="thief", times=TIMES)))
        bench.shutting_down.set()

    bench.once_it_works(job_id, watch)
    bench.supervise(job_id)
    bench.close()
    assert taken == [None] * 3
    assert None not in leases
