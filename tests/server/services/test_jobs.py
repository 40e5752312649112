"""The job rows: who may move them, and what happens to all others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.db.base import uuid7
from server.db.models import Job, JobLine
from server.rules.errors import Conflict, NotFound
from server.rules.jobs import MAX_ATTEMPTS, JobKind, JobState
from server.services import jobs
from server.services.unit_of_work import unit_of_work
from tests.rows import new_job, new_project, new_round
from tests.server.services.desk import TIMES, Desk
from tests.servers.queue import RecordingQueue


class TestAdd:
    def test_is_queued_and_announced_after_the_commit(self, desk: Desk) -> None:
        job = desk.row()
        assert job.state is JobState.QUEUED
        assert desk.queue.sent == [(job.id, "cpu")]

    def test_a_rolled_back_job_is_not_announced(
        self, sessions: sessionmaker[Session], queue: RecordingQueue
    ) -> None:
        def add_and_stumble() -> None:
            with unit_of_work(sessions, queue) as session:
                new_job(session)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            add_and_stumble()
        assert queue.sent == []


class TestClaim:
    def test_gives_a_new_fence_and_a_lease(self, desk: Desk) -> None:
        assert desk.claim("worker 1") == 1
        job = desk.row()
        assert (job.state, job.lease_owner, job.attempt) == (JobState.RUNNING, "worker 1", 1)
        assert job.lease_until is not None
        left = (job.lease_until - desk.clock()).total_seconds()
        assert TIMES.lease - 20 < left <= TIMES.lease

    def test_a_running_job_is_refused(self, desk: Desk) -> None:
        desk.claim()
        assert not desk.may_claim()

    def test_a_silent_owner_loses_the_job(self, desk: Desk) -> None:
        desk.claim()
        desk.let_lease_end()
        assert desk.claim("other") == 2

    def test_a_silent_owners_last_attempt_is_left_to_the_tick(self, desk: Desk) -> None:
        for _ in range(MAX_ATTEMPTS):
            desk.let_lease_end()
            desk.claim()
        desk.let_lease_end()
        assert not desk.may_claim()

    def test_an_unknown_job_is_refused(self, desk: Desk) -> None:
        assert desk.do(lambda s: jobs.claim(s, uuid7(), owner="me", times=TIMES)) is None

    def test_a_job_that_waits_for_its_next_attempt_is_refused(self, desk: Desk) -> None:
        desk.fail(desk.claim())
        assert not desk.may_claim()
        desk.let_wait_end()
        assert desk.may_claim()

    def test_many_at_once_one_wins(self, desk: Desk) -> None:
        def attempt(number: int) -> bool:
            return (
                desk.do(lambda s: jobs.claim(s, desk.job_id, owner=str(number), times=TIMES))
                is not None
            )

        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(attempt, range(48))) == 1
        assert desk.row().fence == 1


class TestFence:
    """After a takeover the first owner writes nothing."""

    @pytest.fixture
    def old(self, desk: Desk) -> int:
        fence = desk.claim()
        desk.let_lease_end()
        desk.claim("other")
        return fence

    @pytest.mark.parametrize(
        "act",
        [
            lambda s, job, fence: jobs.heartbeat(s, job, fence=fence, times=TIMES),
            lambda s, job, fence: jobs.report(s, job, fence=fence, progress=0.5),
            lambda s, job, fence: jobs.checkpointed(s, job, fence=fence),
            lambda s, job, fence: jobs.is_wanted(s, job, fence=fence),
            lambda s, job, fence: jobs.finish(s, job, fence=fence, result={}),
            lambda s, job, fence: jobs.fail(
                s, job, fence=fence, error="", error_class="", times=TIMES
            ),
            lambda s, job, fence: jobs.release(s, job, fence=fence),
            lambda s, job, fence: jobs.end_cancelled(s, job, fence=fence),
        ],
        ids=[
            "heartbeat",
            "report",
            "checkpointed",
            "is_wanted",
            "finish",
            "fail",
            "release",
            "cancel",
        ],
    )
    def test_every_write_of_the_first_owner_is_refused(
        self, desk: Desk, old: int, act: Callable[[Session, UUID, int], object]
    ) -> None:
        before = desk.row()
        with pytest.raises(jobs.Fenced):
            desk.do(lambda s: act(s, desk.job_id, old))
        after = desk.row()
        assert (after.version, after.state, after.fence) == (before.version, JobState.RUNNING, 2)

    def test_the_owner_itself_is_refused_after_the_end(self, desk: Desk) -> None:
        fence = desk.claim()
        desk.do(lambda s: jobs.finish(s, desk.job_id, fence=fence, result={"n": 1}))
        with pytest.raises(jobs.Fenced):
            desk.do(lambda s: jobs.finish(s, desk.job_id, fence=fence, result={"n": 2}))
        assert desk.row().result == {"n": 1}


class TestReport:
    def test_progress_is_kept_within_its_bounds(self, desk: Desk) -> None:
        fence = desk.claim()
        desk.do(
            lambda s: jobs.report(
                s, desk.job_id, fence=fence, progress=1.5, message="step 3", eta_seconds=4
            )
        )
        job = desk.row()
        assert (job.progress, job.message, job.eta_seconds) == (1.0, "step 3", 4)

    def test_every_visible_change_has_its_own_version(self, desk: Desk) -> None:
        fence = desk.claim()
        first = desk.row().version
        for progress in (0.1, 0.2):
            desk.do(partial(jobs.report, job_id=desk.job_id, fence=fence, progress=progress))
        assert desk.row().version == first + 2

    def test_log_keeps_lines_in_order(self, desk: Desk) -> None:
        for text in ("one", "two"):
            desk.do(partial(jobs.log, job_id=desk.job_id, text=text))
        with desk.sessions() as session:
            lines = session.scalars(select(JobLine.text).order_by(JobLine.id)).all()
        assert lines == ["one", "two"]


class TestFail:
    def test_waits_longer_after_each_failure(self, desk: Desk) -> None:
        waits = []
        for _ in range(3):
            desk.fail(desk.claim())
            not_before = desk.row().not_before
            assert not_before is not None
            waits.append((not_before - desk.clock()).total_seconds())
            desk.let_wait_end()
        assert waits == pytest.approx([10, 20, 40], abs=5)

    def test_no_attempt_left_is_failed(self, desk: Desk) -> None:
        for _ in range(MAX_ATTEMPTS):
            desk.fail(desk.claim())
            desk.let_wait_end()
        job = desk.row()
        assert (job.state, job.attempt, job.error) == (JobState.FAILED, MAX_ATTEMPTS, "no")
        assert not desk.may_claim()

    def test_final_means_at_once(self, desk: Desk) -> None:
        desk.fail(desk.claim(), final=True)
        assert desk.row().state is JobState.FAILED

    def test_attempts_that_saved_work_do_not_count(self, desk: Desk) -> None:
        for _ in range(2 * MAX_ATTEMPTS):
            fence = desk.claim()
            desk.do(partial(jobs.checkpointed, job_id=desk.job_id, fence=fence))
            desk.fail(fence)
            assert desk.row().state is JobState.QUEUED
            desk.let_wait_end()
        for _ in range(MAX_ATTEMPTS):
            assert desk.row().state is JobState.QUEUED
            desk.fail(desk.claim())
            desk.let_wait_end()
        assert desk.row().state is JobState.FAILED

    def test_a_failure_while_a_cancel_is_wanted_is_the_cancel(self, desk: Desk) -> None:
        fence = desk.claim()
        desk.do(lambda s: jobs.request_cancel(s, desk.job_id))
        desk.fail(fence)
        assert desk.row().state is JobState.CANCELLED

    def test_retry_counts_anew_and_announces(self, desk: Desk) -> None:
        desk.fail(desk.claim(), final=True)
        desk.queue.sent.clear()
        job = desk.do(lambda s: jobs.retry(s, desk.job_id))
        assert (job.state, job.attempt, job.error) == (JobState.QUEUED, 0, None)
        assert desk.queue.sent == [(desk.job_id, "cpu")]
        assert desk.claim() == 2

    def test_only_a_failed_job_is_retried(self, desk: Desk) -> None:
        with pytest.raises(Conflict, match="queued"):
            desk.do(lambda s: jobs.retry(s, desk.job_id))
        with pytest.raises(NotFound):
            desk.do(lambda s: jobs.retry(s, uuid7()))


class TestRelease:
    def test_is_queued_again_at_once_and_the_attempt_is_not_counted(self, desk: Desk) -> None:
        fence = desk.claim()
        desk.queue.sent.clear()
        desk.do(lambda s: jobs.release(s, desk.job_id, fence=fence))
        job = desk.row()
        assert (job.state, job.attempt, job.not_before) == (JobState.QUEUED, 0, None)
        assert desk.queue.sent == [(desk.job_id, "cpu")]
        assert desk.claim() == fence + 1


class TestCancel:
    def test_a_queued_job_is_cancelled_at_once(self, desk: Desk) -> None:
        job = desk.do(lambda s: jobs.request_cancel(s, desk.job_id))
        assert job.state is JobState.CANCELLED
        assert desk.row().finished_at is not None
        assert not desk.may_claim()

    def test_a_running_job_hears_it_at_its_heartbeat(self, desk: Desk) -> None:
        fence = desk.claim()
        assert desk.do(lambda s: jobs.heartbeat(s, desk.job_id, fence=fence, times=TIMES))
        assert desk.do(lambda s: jobs.request_cancel(s, desk.job_id)).state is JobState.RUNNING
        assert not desk.do(lambda s: jobs.heartbeat(s, desk.job_id, fence=fence, times=TIMES))
        assert not desk.do(lambda s: jobs.is_wanted(s, desk.job_id, fence=fence))
        desk.do(lambda s: jobs.end_cancelled(s, desk.job_id, fence=fence))
        assert desk.row().state is JobState.CANCELLED

    def test_a_job_that_is_over_is_not_cancelled(self, desk: Desk) -> None:
        desk.do(lambda s: jobs.request_cancel(s, desk.job_id))
        with pytest.raises(Conflict, match="cancelled already"):
            desk.do(lambda s: jobs.request_cancel(s, desk.job_id))

    def test_a_round_cancels_its_jobs_only(
        self, sessions: sessionmaker[Session], queue: RecordingQueue
    ) -> None:
        with unit_of_work(sessions, queue) as session:
            project = new_project(session)
            round_id = new_round(session, project.id).id
            ids = [
                jobs.add(
                    session,
                    kind=JobKind.ACQUIRE,
                    project_id=project.id,
                    round_id=round_id,
                    part=part,
                    params={},
                ).id
                for part in range(3)
            ]
            other = new_job(session).id
            running = jobs.claim(session, ids[0], owner="me", times=TIMES)
            assert running is not None
            done = jobs.claim(session, ids[1], owner="me", times=TIMES)
            assert done is not None
            jobs.finish(session, ids[1], fence=done.fence, result={})
            jobs.cancel_round(session, round_id)
            states = [session.get_one(Job, job_id).state for job_id in [*ids, other]]
            requested = running.cancel_requested_at
        assert states == [
            JobState.RUNNING,
            JobState.SUCCEEDED,
            JobState.CANCELLED,
            JobState.QUEUED,
        ]
        assert requested is not None
