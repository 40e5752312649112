"""The conditional UPDATEs that every move of a job is made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from server.db.engine import now
from server.db.models import Job
from server.rules.jobs import MAX_ATTEMPTS, JobState, JobTimes, backoff_seconds

ERROR_CHARACTERS = 4000
"""An error is for people; the tail of a longer one is kept."""


class Fenced(Exception):
    """The job belongs to someone else by now, or is over: nothing may be written for it."""


class CancelRequested(Exception):
    """Someone asked the job to stop before its results were written."""


def held(job_id: UUID, fence: int) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL that the job still runs under this fence."""
    return (Job.id == job_id, Job.fence == fence, Job.state == JobState.RUNNING)


def ended(at: datetime) -> dict[str, Any]:
    """Return what every end of a job sets."""
    return {"finished_at": at, "lease_owner": None, "lease_until": None}


def move(session: Session, job_id: UUID, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change the one row if the conditions still hold; say whether they did."""
    moved = session.execute(
        update(Job)
        .where(Job.id == job_id, *conditions)
        .values(version=Job.version + 1, **values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    loaded = session.identity_map.get(identity_key(Job, job_id))
    if loaded is not None:
        session.expire(loaded)
    return moved is not None


def locked(session: Session, job_id: UUID, fence: int) -> Job:
    """Lock the running job's row until the transaction ends."""
    job = session.scalars(
        select(Job)
        .where(*held(job_id, fence))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if job is None:
        raise Fenced(str(job_id))
    return job


def move_held(session: Session, job_id: UUID, fence: int, **values: Any) -> None:
    """Change the running job, or raise `Fenced`."""
    if not move(session, job_id, *held(job_id, fence), **values):
        raise Fenced(str(job_id))


def end_attempt(
    session: Session,
    job: Job,
    *,
    error: str,
    error_class: str,
    times: JobTimes,
    again: bool,
    wait: bool,
) -> None:
    """Move a running job, whose row is locked, to where its attempt leaves it."""
    at = now(session)
    values: dict[str, Any] = {"error": error[-ERROR_CHARACTERS:], "error_class": error_class}
    if job.cancel_requested_at is not None:
        values = {"state": JobState.CANCELLED, **ended(at)}
    elif again and job.attempt < job.max_attempts:
        in_a_row = max(1, job.attempt - (job.max_attempts - MAX_ATTEMPTS))
        pause = timedelta(seconds=backoff_seconds(in_a_row, times)) if wait else None
        values |= {
            "state": JobState.QUEUED,
            "not_before": at + pause if pause else None,
            "sent_at": None,
            "lease_owner": None,
            "lease_until": None,
        }
    else:
        values |= {"state": JobState.FAILED, **ended(at)}
    move_held(session, job.id, job.fence, **values)
