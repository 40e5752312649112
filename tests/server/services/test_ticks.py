"""The tick: silent jobs, lost messages, and steps that fail."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from server.db.models import Job
from server.rules.jobs import MAX_ATTEMPTS, JobState
from server.services import jobs, ticks
from server.services.unit_of_work import unit_of_work
from tests.rows import new_job
from tests.server.services.desk import TIMES, Desk


def run(desk: Desk, *, waiting: Callable[[str], int | None] = lambda _: 0) -> None:
    """Tick once; by default the broker holds no message."""
    ticks.run(desk.sessions, desk.queue, waiting=waiting, times=TIMES)


class TestRequeueSilent:
    def test_a_silent_job_is_queued_again_without_a_wait(self, desk: Desk) -> None:
        desk.claim("worker 7")
        assert desk.do(lambda s: ticks.requeue_silent(s, times=TIMES)) == []
        desk.let_lease_end()
        assert len(desk.do(lambda s: ticks.requeue_silent(s, times=TIMES))) == 1
        job = desk.row()
        assert (job.state, job.not_before, job.sent_at) == (JobState.QUEUED, None, None)
        assert "worker 7" in (job.error or "")

    def test_silence_is_counted_too(self, desk: Desk) -> None:
        for _ in range(MAX_ATTEMPTS):
            desk.claim()
            desk.let_lease_end()
            desk.do(lambda s: ticks.requeue_silent(s, times=TIMES))
        job = desk.row()
        assert (job.state, job.error_class) == (JobState.FAILED, "silent")

    def test_a_silent_job_whose_cancel_is_wanted_is_cancelled(self, desk: Desk) -> None:
        desk.claim()
        desk.do(lambda s: jobs.request_cancel(s, desk.job_id))
        desk.let_lease_end()
        assert not desk.may_claim()
        desk.do(lambda s: ticks.requeue_silent(s, times=TIMES))
        assert desk.row().state is JobState.CANCELLED


class TestResend:
    def test_a_message_is_due_until_it_is_sent_and_again_when_it_is_old(self, desk: Desk) -> None:
        def due() -> list[UUID]:
            return [job.id for job in desk.do(lambda s: ticks.due_for_sending(s, times=TIMES))]

        assert due() == [desk.job_id]
        desk.do(lambda s: jobs.note_sent(s, desk.job_id))
        assert due() == []
        old = desk.clock() - timedelta(seconds=TIMES.resend + 1)
        desk.do(lambda s: s.execute(update(Job).values(sent_at=old)))
        assert due() == [desk.job_id]
        desk.fail(desk.claim())
        assert due() == []
        desk.let_wait_end()
        assert due() == [desk.job_id]


class TestRun:
    def test_many_ticks_at_once_end_an_attempt_once(self, desk: Desk) -> None:
        desk.claim()
        desk.let_lease_end()

        def tick(_: int) -> int:
            return len(desk.do(lambda s: ticks.requeue_silent(s, times=TIMES)))

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(tick, range(16))) == 1
        with desk.sessions() as session:
            assert session.scalar(select(func.count()).select_from(Job)) == 1

    def test_a_lost_message_is_sent_again_once_it_is_old(self, desk: Desk) -> None:
        desk.queue.sent.clear()
        run(desk)
        assert desk.queue.sent == [(desk.job_id, "cpu")], "it was never noted as sent"
        desk.do(lambda s: jobs.note_sent(s, desk.job_id))
        run(desk)
        assert len(desk.queue.sent) == 1, "it is under way"
        desk.let_message_get_old()
        run(desk)
        assert len(desk.queue.sent) == 2

    def test_messages_that_wait_in_a_long_queue_are_not_sent_again(self, desk: Desk) -> None:
        with unit_of_work(desk.sessions, desk.queue) as session:
            new_job(session)
        desk.let_message_get_old()
        desk.queue.sent.clear()
        run(desk, waiting=lambda _: 2)
        assert desk.queue.sent == []
        run(desk, waiting=lambda _: 1)
        assert len(desk.queue.sent) == 2, "one of two is lost; which, nobody knows"

    def test_nothing_is_sent_while_the_broker_is_away(self, desk: Desk) -> None:
        desk.queue.sent.clear()
        run(desk, waiting=lambda _: None)
        assert desk.queue.sent == []

    def test_a_step_that_fails_is_told_and_holds_up_no_other(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stumble(*_: object, **__: object) -> None:
            raise ZeroDivisionError("step")

        monkeypatch.setattr(ticks, "requeue_silent", stumble)
        desk.queue.sent.clear()
        with pytest.raises(ExceptionGroup) as raised:
            run(desk)
        assert [type(each) for each in raised.value.exceptions] == [ZeroDivisionError]
        assert desk.queue.sent == [(desk.job_id, "cpu")]


class TestStartOver:
    def test_running_jobs_are_queued_and_all_messages_forgotten(self, desk: Desk) -> None:
        desk.claim()
        with unit_of_work(desk.sessions, desk.queue) as session:
            other = new_job(session).id
            jobs.note_sent(session, other)
        desk.do(ticks.start_over)
        job = desk.row()
        assert (job.state, job.attempt, job.lease_owner) == (JobState.QUEUED, 0, None)
        desk.queue.sent.clear()
        run(desk)
        assert {job_id for job_id, _ in desk.queue.sent} == {desk.job_id, other}
        assert desk.claim() == 2

    def test_a_job_whose_cancel_was_wanted_is_cancelled(self, desk: Desk) -> None:
        desk.claim()
        desk.do(lambda s: jobs.request_cancel(s, desk.job_id))
        desk.do(ticks.start_over)
        assert desk.row().state is JobState.CANCELLED
