"""Jobs as people look at them; `jobs` is what moves them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.db.models import Job, JobLine, Metric, Round
from server.rules.errors import NotFound
from server.rules.jobs import FINISHED, JobKind, JobState
from server.services.paging import Page, PageQuery, by_id, fetch


def get(session: Session, job_id: UUID) -> Job:
    """Return the job, or raise `NotFound`."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound
    return job


def of_project(
    session: Session,
    project_id: UUID,
    query: PageQuery,
    *,
    state: JobState | None = None,
    kind: JobKind | None = None,
) -> Page:
    """Return a page of jobs, newest first."""
    statement = select(Job).where(Job.project_id == project_id)
    if state is not None:
        statement = statement.where(Job.state == state)
    if kind is not None:
        statement = statement.where(Job.kind == kind)
    return fetch(session, statement, query, keys=[by_id(Job.id)], newest_first=True)


def lines(session: Session, job_id: UUID, query: PageQuery) -> Page:
    """Return a page of the job's log."""
    statement = select(JobLine).where(JobLine.job_id == job_id)
    return fetch(session, statement, query, keys=[by_id(JobLine.id)])


def metrics(session: Session, job_id: UUID) -> dict[str, list[tuple[int, float]]]:
    """Return what a training measured on its way: (step, value) by name, in the steps' order."""
    found: dict[str, list[tuple[int, float]]] = {}
    rows = session.scalars(
        select(Metric).where(Metric.job_id == job_id).order_by(Metric.name, Metric.step)
    )
    for row in rows:
        found.setdefault(row.name, []).append((row.step, row.value))
    return found


def live(session: Session, project_id: UUID, *, newest: int = 20) -> Sequence[Job]:
    """Return the jobs that a project's page follows: unfinished ones and the newest others."""
    recent = (
        select(Job.id)
        .where(Job.project_id == project_id)
        .order_by(Job.id.desc())
        .limit(newest)
        .scalar_subquery()
    )
    unfinished = Job.state.not_in(FINISHED)
    return session.scalars(
        select(Job)
        .where(Job.project_id == project_id, or_(unfinished, Job.id.in_(recent)))
        .order_by(Job.id)
    ).all()


def live_rounds(session: Session, project_id: UUID, *, newest: int = 5) -> Sequence[Round]:
    """Return the project's newest rounds, oldest first."""
    found = session.scalars(
        select(Round)
        .where(Round.project_id == project_id)
        .order_by(Round.number.desc())
        .limit(newest)
    ).all()
    return found[::-1]
