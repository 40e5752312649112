"""What has to happen by itself: silent jobs, lost messages, ended leases, due schedules, rounds.

Any number of ticks may run at once: every step is safe against another one beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import now, reading
from server.db.models import Job
from server.rules.jobs import JobState, JobTimes
from server.services import items, schedules
from server.services.job_moves import end_attempt, ended
from server.services.unit_of_work import JobQueue, announce, unit_of_work


def run(
    sessions: sessionmaker[Session],
    queue: JobQueue,
    *,
    waiting: Callable[[str], int | None],
    times: JobTimes,
) -> None:
    """Take every step in a transaction of its own; one that fails does not hold up the others.

    `waiting` tells how many messages wait in a queue, or None when the broker is away.
    """
    steps: tuple[Callable[[Session], object], ...] = (
        lambda session: requeue_silent(session, times=times),
        lambda session: resend(session, waiting=waiting, times=times),
        items.expire_leases,
    )
    with reading(sessions) as session:
        schedule_ids = schedules.due_ids(session)
    steps += tuple(partial(schedules.fire_if_due, schedule_id=each) for each in schedule_ids)
    failures: list[Exception] = []
    for step in steps:
        try:
            with unit_of_work(sessions, queue) as session:
                step(session)
        except Exception as failure:  # raised below, once the other steps have had their turn
            failures.append(failure)
    if failures:
        raise ExceptionGroup("steps of the tick failed", failures)


def resend(session: Session, *, waiting: Callable[[str], int | None], times: JobTimes) -> list[Job]:
    """Announce the jobs whose message is not under way.

    A job that was sent before may still wait in a long queue. Its message is only taken for lost
    when the queue holds fewer messages than such jobs, so that a busy worker's queue stays short.
    """
    by_queue: dict[str, list[Job]] = defaultdict(list)
    for job in due_for_sending(session, times=times):
        by_queue[job.queue].append(job)
    sent = []
    for name, due in by_queue.items():
        messages = waiting(name)
        if messages is None:
            continue
        old = [job for job in due if job.sent_at is not None]
        lost = old if messages < len(old) else []
        sent += [job for job in due if job.sent_at is None] + lost
    for job in sent:
        announce(session, job.id, job.queue)
    return sent


def requeue_silent(session: Session, *, times: JobTimes) -> list[Job]:
    """End the attempts of owners that have been silent for a lease.

    The rows are locked one after another, skipping those that another tick works on.
    """
    silent = session.scalars(
        select(Job)
        .where(Job.state == JobState.RUNNING, Job.lease_until < now(session))
        .order_by(Job.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for job in silent:
        end_attempt(
            session,
            job,
            error=f"The worker {job.lease_owner} was silent for {times.lease:g} s.",
            error_class="silent",
            times=times,
            again=True,
            wait=False,  # the job did nothing wrong
        )
    return list(silent)


def due_for_sending(session: Session, *, times: JobTimes) -> list[Job]:
    """Return the queued jobs that no message may be under way for."""
    at = now(session)
    return list(
        session.scalars(
            select(Job)
            .where(
                Job.state == JobState.QUEUED,
                or_(Job.not_before.is_(None), Job.not_before <= at),
                or_(Job.sent_at.is_(None), Job.sent_at < at - timedelta(seconds=times.resend)),
            )
            .order_by(Job.id)
        )
    )


def start_over(session: Session) -> None:
    """Queue all running jobs and forget all messages: no worker and no broker is left.

    Only whoever holds the one lock on everything may say so: the embedded mode at its start.
    """
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, Job.cancel_requested_at.is_not(None))
        .values(state=JobState.CANCELLED, version=Job.version + 1, **ended(now(session)))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING)
        .values(
            state=JobState.QUEUED,
            attempt=Job.attempt - 1,
            lease_owner=None,
            lease_until=None,
            version=Job.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Job)
        .where(Job.state == JobState.QUEUED)
        .values(sent_at=None)
        .execution_options(synchronize_session=False)
    )
