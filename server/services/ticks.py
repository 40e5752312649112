"""What has to happen by itself: silent jobs, lost messages, ended leases, due schedules, rounds.

Any number of ticks may run at once: every step is safe against another one beside it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Job
from server.rules.jobs import JobState, JobTimes
from server.services.job_moves import end_attempt


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
