"""Jobs under faults: real workers, a real broker, and signals that no one expects.

A job's "effect" is a line that its handler writes in the finishing transaction: there must be
exactly one, whatever happens.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.broker import RUN_JOB, CeleryQueue, make_celery
from server.db.base import uuid7
from server.db.models import Job, JobLine
from server.rules.jobs import MAX_ATTEMPTS, JobState, JobTimes
from server.services import jobs
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from tests.rows import new_job
from tests.servers.workers import Workers, command_of, descendants, eventually, kill_group
from tests.worker.engine_runner import EFFECT

SHORT = {
    "job_lease_seconds": 60.0,
    "job_heartbeat_seconds": 0.4,
    "job_resend_seconds": 1.5,
    "job_backoff_seconds": 0.1,
    "job_grace_seconds": 1.0,
    "tick_seconds": 0.5,
}
LAPSES = pytest.mark.parametrize("lease", [4.0], ids=["lapses"])
"""Where a lease must run out; elsewhere none does, however long the machine stands still."""
LONG = {"steps": 100, "seconds": 0.05}

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Plant:
    """A service without its web side."""

    def __init__(
        self, settings: Settings, sessions: sessionmaker[Session], broker_url: str
    ) -> None:
        self.sessions = sessions
        self.queue = CeleryQueue(broker_url, sessions)
        self.workers = Workers(settings, "tests.worker.engine_app")
        self.redis = Redis.from_url(broker_url)
        self.celery = make_celery(broker_url)

    def add(self, **params: Any) -> UUID:
        with unit_of_work(self.sessions, self.queue) as session:
            return new_job(session, **params).id

    def row(self, job_id: UUID) -> Job:
        with self.sessions() as session:
            return session.get_one(Job, job_id)

    def lines(self, job_id: UUID) -> list[str]:
        with self.sessions() as session:
            statement = select(JobLine.text).where(JobLine.job_id == job_id).order_by(JobLine.id)
            return list(session.scalars(statement))

    def once_it_works(self, job_id: UUID) -> None:
        eventually(lambda: self.row(job_id).progress > 0, "the job takes a step")

    def ends(self, job_id: UUID, state: JobState = JobState.SUCCEEDED) -> Job:
        eventually(
            lambda: self.row(job_id).state in (JobState.SUCCEEDED, JobState.FAILED, state),
            f"the job ends, it is {self.row(job_id).state}",
        )
        job = self.row(job_id)
        assert job.state is state, job.error
        assert self.lines(job_id).count(EFFECT) == (state is JobState.SUCCEEDED)
        return job

    def runner_of(self, job_id: UUID, worker_pid: int) -> int:
        found = [
            pid
            for pid in descendants(worker_pid)
            if str(job_id) in command_of(pid) and "engine_runner" in command_of(pid)
        ]
        assert len(found) == 1, found
        return found[0]

    def close(self) -> None:
        self.workers.close()
        self.redis.close()
        self.celery.close()


@pytest.fixture
def lease() -> float:
    """How long a job's lease holds."""
    return SHORT["job_lease_seconds"]


@pytest.fixture
def plant(
    settings: Settings, sessions: sessionmaker[Session], valkey_url: str, lease: float
) -> Iterator[Plant]:
    own = settings.model_copy(
        update={**SHORT, "job_lease_seconds": lease, "broker_url": valkey_url}
    )
    plant = Plant(own, sessions, valkey_url)
    yield plant
    plant.close()


def test_the_killed_process_of_a_job_is_followed_by_another(plant: Plant) -> None:
    job_id = plant.add(**LONG, checkpoints=True)
    worker = plant.workers.start()
    plant.once_it_works(job_id)
    os.kill(plant.runner_of(job_id, worker.pid), signal.SIGKILL)
    assert plant.ends(job_id).attempt == 2
    resumed = [line for line in plant.lines(job_id) if line.startswith("attempt 2")]
    assert resumed != ["attempt 2 starts after step 0"], "it began anew"


@LAPSES
@pytest.mark.parametrize("victim", ["pool", "main"])
def test_a_killed_worker_takes_its_jobs_process_with_it_and_the_job_goes_on(
    plant: Plant, victim: str
) -> None:
    job_id = plant.add(**LONG)
    worker = plant.workers.start(beat=False)
    plant.workers.start("control")
    plant.once_it_works(job_id)
    runner = plant.runner_of(job_id, worker.pid)
    parents = [pid for pid in descendants(worker.pid) if runner in descendants(pid)]
    os.kill(worker.pid if victim == "main" else parents[0], signal.SIGKILL)
    eventually(lambda: command_of(runner) == "", "the job's process dies with its parent")
    if victim == "main":
        plant.workers.start(beat=False)
    assert plant.ends(job_id).fence >= 2


@LAPSES
@sqlite_only
def test_a_worker_that_died_right_after_its_claim_is_noticed(plant: Plant, lease: float) -> None:
    job_id = plant.add()
    times = JobTimes(lease=lease)
    with plant.sessions.begin() as session:
        assert jobs.claim(session, job_id, owner="gone", times=times) is not None
    plant.workers.start()
    assert plant.ends(job_id).fence >= 2


@LAPSES
def test_a_zombie_writes_nothing(plant: Plant) -> None:
    job_id = plant.add(**LONG)
    zombie = plant.workers.start(beat=False)
    plant.once_it_works(job_id)
    runner = plant.runner_of(job_id, zombie.pid)
    for pid in (zombie.pid, *descendants(zombie.pid)):
        os.kill(pid, signal.SIGSTOP)
    plant.workers.start()
    eventually(lambda: plant.row(job_id).fence >= 2, "another worker takes over")
    for pid in (*descendants(zombie.pid), zombie.pid):
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: command_of(runner) == "", "the zombie's process ends")
    assert plant.ends(job_id).fence >= 2


@sqlite_only
def test_a_worker_that_is_asked_to_stop_hands_its_job_over(plant: Plant) -> None:
    job_id = plant.add(**LONG)
    worker = plant.workers.start(beat=False)
    plant.once_it_works(job_id)
    kill_group(worker, signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    job = plant.row(job_id)
    assert (job.state, job.attempt, job.lease_until) == (JobState.QUEUED, 0, None)
    plant.workers.start(beat=False)  # no tick: the worker's own message must do
    assert plant.ends(job_id).fence == 2


@sqlite_only
def test_messages_that_come_twice_or_mean_nothing_do_no_harm(plant: Plant) -> None:
    job_ids = [plant.add(steps=3, seconds=0.02) for _ in range(4)]
    for job_id in job_ids * 3:
        plant.queue.send(job_id, "cpu")
    for forged in (str(uuid7()), "no id", 7, None, {"job": 1}):
        plant.celery.send_task(RUN_JOB, args=[forged], queue="cpu")
    plant.celery.send_task("unknown", args=[], queue="cpu")
    plant.workers.start()
    plant.workers.start()
    for job_id in job_ids:
        assert plant.ends(job_id).fence == 1


@sqlite_only
def test_lost_messages_are_sent_again(plant: Plant) -> None:
    job_ids = [plant.add() for _ in range(5)]
    plant.redis.flushall()
    plant.workers.start()
    for job_id in job_ids:
        plant.ends(job_id)


@sqlite_only
def test_three_beats_change_nothing(plant: Plant) -> None:
    job_ids = [plant.add(steps=20, seconds=0.05) for _ in range(4)]
    for _ in range(3):
        plant.workers.start()
    for job_id in job_ids:
        assert plant.ends(job_id).attempt == 1


@sqlite_only
def test_a_running_job_is_cancelled_within_seconds(plant: Plant) -> None:
    job_id = plant.add(steps=10_000, seconds=0.05)
    worker = plant.workers.start()
    plant.once_it_works(job_id)
    runner = plant.runner_of(job_id, worker.pid)
    with unit_of_work(plant.sessions, plant.queue) as session:
        jobs.request_cancel(session, job_id)
    plant.ends(job_id, JobState.CANCELLED)
    eventually(lambda: command_of(runner) == "", "its process is gone")


@sqlite_only
def test_a_job_that_always_crashes_is_given_up(plant: Plant) -> None:
    job_id = plant.add(steps=20, harm={str(step): "exit" for step in range(1, 20)})
    plant.workers.start()
    job = plant.ends(job_id, JobState.FAILED)
    assert (job.attempt, job.error_class) == (MAX_ATTEMPTS, "crashed")


@sqlite_only
def test_crashes_after_saved_work_are_not_counted(plant: Plant) -> None:
    crashes = MAX_ATTEMPTS + 2
    job_id = plant.add(
        steps=crashes + 1,
        checkpoints=True,
        harm={str(step): "exit" for step in range(1, crashes + 1)},
    )
    plant.workers.start()
    assert plant.ends(job_id).attempt == crashes + 1
