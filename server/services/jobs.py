"""Jobs: added, claimed, kept alive, finished, cancelled, retried, by conditional updates only.

A job moves when one UPDATE that names its present state (and, while it runs, its fence) changes
one row. Zero rows mean that someone else moved it first; nothing is read and then hoped for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Job, JobLine, Round
from server.rules.errors import Conflict, NotFound
from server.rules.jobs import (
    MAX_ATTEMPTS,
    QUEUE,
    JobKind,
    JobState,
    JobTimes,
)
from server.services.job_moves import (
    CancelRequested as CancelRequested,
)
from server.services.job_moves import (
    Fenced as Fenced,
)
from server.services.job_moves import (
    end_attempt,
    ended,
    held,
    locked,
    move,
    move_held,
)
from server.services.unit_of_work import announce


def add(
    session: Session,
    *,
    kind: JobKind,
    project_id: UUID,
    params: dict[str, Any],
    round_id: UUID | None = None,
    part: int = 0,
    created_by: UUID | None = None,
) -> Job:
    """Queue a job; its message leaves after the commit."""
    job = Job(
        kind=kind,
        queue=QUEUE[kind],
        project_id=project_id,
        round_id=round_id,
        part=part,
        params=params,
        max_attempts=MAX_ATTEMPTS,
        created_by=created_by,
        created_at=now(session),
    )
    session.add(job)
    session.flush()
    announce(session, job.id, job.queue)
    return job


def claim(session: Session, job_id: UUID, *, owner: str, times: JobTimes) -> Job | None:
    """Make the job the owner's, or return None when it is not there to take.

    Takes a queued job whose waiting time is over, and a running one whose owner has been silent
    for a lease; none of a round that is paused. Messages may come twice, late, or for jobs that
    never existed.
    """
    at = now(session)
    waiting = and_(
        Job.state == JobState.QUEUED, or_(Job.not_before.is_(None), Job.not_before <= at)
    )
    silent = and_(Job.state == JobState.RUNNING, Job.lease_until < at)
    paused = select(Round.id).where(Round.id == Job.round_id, Round.paused_reason.is_not(None))
    taken = move(
        session,
        job_id,
        or_(waiting, silent),
        Job.cancel_requested_at.is_(None),
        Job.attempt < Job.max_attempts,
        ~paused.exists(),
        state=JobState.RUNNING,
        fence=Job.fence + 1,
        attempt=Job.attempt + 1,
        lease_owner=owner,
        lease_until=at + timedelta(seconds=times.lease),
        not_before=None,
        error=None,
        error_class=None,
        started_at=func.coalesce(Job.started_at, at),
    )
    return session.get(Job, job_id) if taken else None


def heartbeat(session: Session, job_id: UUID, *, fence: int, times: JobTimes) -> bool:
    """Hold the job for another lease. False: its cancel was requested, stop soon."""
    until = now(session) + timedelta(seconds=times.lease)
    changed = session.execute(
        update(Job)
        .where(*held(job_id, fence))
        .values(lease_until=until)
        .returning(Job.cancel_requested_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if changed is None:
        raise Fenced(str(job_id))
    return changed[0] is None


def is_wanted(session: Session, job_id: UUID, *, fence: int) -> bool:
    """Whether the job should go on, by reading alone. Raises `Fenced`."""
    row = session.execute(select(Job.cancel_requested_at).where(*held(job_id, fence))).one_or_none()
    if row is None:
        raise Fenced(str(job_id))
    return row[0] is None


def report(
    session: Session,
    job_id: UUID,
    *,
    fence: int,
    progress: float,
    message: str = "",
    eta_seconds: float | None = None,
) -> None:
    """Say how far the job is (a share from 0 to 1)."""
    share = min(max(progress, 0.0), 1.0)
    move_held(session, job_id, fence, progress=share, message=message, eta_seconds=eta_seconds)


def checkpointed(session: Session, job_id: UUID, *, fence: int) -> None:
    """Do not count this attempt: it saved work that the next one goes on from.

    So a worker that is killed again and again never fails a long job, while one that dies
    `MAX_ATTEMPTS` times in a row at the same place does.
    """
    move_held(session, job_id, fence, max_attempts=Job.attempt + MAX_ATTEMPTS)


def finish(session: Session, job_id: UUID, *, fence: int, result: dict[str, Any]) -> None:
    """Succeed, in the transaction that also holds the results."""
    move_held(
        session,
        job_id,
        fence,
        state=JobState.SUCCEEDED,
        result=result,
        progress=1.0,
        eta_seconds=0.0,
        **ended(now(session)),
    )


def fail(
    session: Session,
    job_id: UUID,
    *,
    fence: int,
    error: str,
    error_class: str,
    times: JobTimes,
    final: bool = False,
) -> None:
    """End this attempt: queued again after a growing wait, or failed when no attempt is left.

    `final`: another attempt would fail the same way. A job whose cancel was requested is over.
    """
    job = locked(session, job_id, fence)
    end_attempt(
        session, job, error=error, error_class=error_class, times=times, again=not final, wait=True
    )


def release(session: Session, job_id: UUID, *, fence: int) -> None:
    """Give a running job back, because its worker shuts down: the attempt does not count."""
    move_held(
        session,
        job_id,
        fence,
        state=JobState.QUEUED,
        attempt=Job.attempt - 1,
        sent_at=None,
        lease_owner=None,
        lease_until=None,
    )
    announce(session, job_id, session.get_one(Job, job_id).queue)


def end_cancelled(session: Session, job_id: UUID, *, fence: int) -> None:
    """Stop a running job that was asked to."""
    move_held(session, job_id, fence, state=JobState.CANCELLED, **ended(now(session)))


def request_cancel(session: Session, job_id: UUID) -> Job:
    """Cancel a queued job at once; ask a running one to stop at its next step."""
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise NotFound
    if not _cancel(session, Job.id == job_id):
        raise Conflict(f"This job is {job.state.value} already.", field="state")
    session.refresh(job)
    return job


def cancel_round(session: Session, round_id: UUID) -> None:
    """Cancel every job of a round that is not over."""
    _cancel(session, Job.round_id == round_id)
    for loaded in session.identity_map.values():
        if isinstance(loaded, Job):
            session.expire(loaded)


def retry(session: Session, job_id: UUID) -> Job:
    """Queue a failed job again, its attempts counted anew."""
    if not move(
        session,
        job_id,
        Job.state == JobState.FAILED,
        state=JobState.QUEUED,
        attempt=0,
        max_attempts=MAX_ATTEMPTS,
        error=None,
        error_class=None,
        not_before=None,
        sent_at=None,
        finished_at=None,
    ):
        job = session.get(Job, job_id)
        if job is None:
            raise NotFound
        raise Conflict(f"Only a failed job is retried; this one is {job.state.value}.")
    job = session.get_one(Job, job_id)
    announce(session, job.id, job.queue)
    return job


def announce_round(session: Session, round_id: UUID) -> None:
    """Have the messages of the round's waiting jobs sent again."""
    waiting = session.scalars(
        select(Job).where(Job.round_id == round_id, Job.state == JobState.QUEUED).order_by(Job.id)
    )
    for job in waiting:
        announce(session, job.id, job.queue)


def log(session: Session, job_id: UUID, text: str) -> None:
    """Add a line to the job's log."""
    session.add(JobLine(job_id=job_id, at=now(session), text=text))


def note_sent(session: Session, job_id: UUID) -> None:
    """Remember when the job's message left."""
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(sent_at=now(session))
        .execution_options(synchronize_session=False)
    )


def _cancel(session: Session, which: ColumnElement[bool]) -> bool:
    """Cancel the unfinished among these; say whether there was one."""
    at = now(session)
    queued = Job.state == JobState.QUEUED
    cancelled = session.execute(
        update(Job)
        .where(which, Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        .values(
            state=case((queued, JobState.CANCELLED.value), else_=Job.state),
            finished_at=case((queued, at), else_=None),
            cancel_requested_at=func.coalesce(Job.cancel_requested_at, at),
            version=Job.version + 1,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(cancelled)
