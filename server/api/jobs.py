"""Jobs: what long work is doing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session

from server.api.deps import PageDep, SessionDep
from server.api.gates import Caller, InProject, OfJob
from server.api.schemas import Listing, Out, listing
from server.db.models import Job
from server.rules.jobs import JobKind, JobState
from server.rules.roles import Role
from server.services import audit, job_views, jobs

router = APIRouter(tags=["jobs"])

Reader = Annotated[Caller, Depends(OfJob(Role.ANNOTATOR))]


class JobOut(Out):
    """A job as people see it."""

    id: UUID
    kind: JobKind
    state: JobState
    part: int
    attempt: int
    progress: float
    message: str
    eta_seconds: float | None
    error: str | None
    error_class: str | None
    result: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    project_id: UUID
    round_id: UUID | None
    version: int


class LineOut(Out):
    """One line of a job's log."""

    id: UUID
    at: datetime
    text: str


class SeriesOut(Out):
    """One curve of a training: a value for each of its steps."""

    name: str
    steps: list[int]
    values: list[float]


class JobMetricsOut(Out):
    """The curves of a training; none while it runs and for other jobs."""

    series: list[SeriesOut]


def location(request: Request, job_id: UUID) -> str:
    """Return the job's address, for the `Location` of a 202."""
    return str(request.app.url_path_for("get_job", job_id=str(job_id)))


@router.get("/jobs/{job_id}", name="get_job", summary="One job")
def get(job_id: UUID, _: Reader, session: SessionDep) -> JobOut:
    """Return the job."""
    return JobOut.model_validate(job_views.get(session, job_id))


@router.post("/jobs/{job_id}/cancel", summary="Cancel a job")
def cancel(
    job_id: UUID, who: Annotated[Caller, Depends(OfJob(Role.LEAD))], session: SessionDep
) -> JobOut:
    """Cancel a queued job at once; ask a running one to stop."""
    job = jobs.request_cancel(session, job_id)
    _note(session, who, job)
    return JobOut.model_validate(job)


@router.get("/jobs/{job_id}/log", summary="What a job said")
def log(
    job_id: UUID, _: Reader, request: Request, page: PageDep, session: SessionDep
) -> Listing[LineOut]:
    """Return a page of the job's log, oldest first."""
    found = job_views.lines(session, job_id, page)
    return listing(request, found, lambda row: LineOut.model_validate(row[0]))


@router.get("/jobs/{job_id}/metrics", summary="What a training measured on its way")
def curves(job_id: UUID, _: Reader, session: SessionDep) -> JobMetricsOut:
    """Return the losses by step, once the training has ended."""
    return JobMetricsOut(
        series=[
            SeriesOut(name=name, steps=[step for step, _ in points], values=[v for _, v in points])
            for name, points in job_views.metrics(session, job_id).items()
        ]
    )


@router.get("/projects/{project_id}/jobs", summary="A project's jobs")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
    state: JobState | None = None,
    kind: JobKind | None = None,
) -> Listing[JobOut]:
    """Return a page of jobs, newest first."""
    found = job_views.of_project(session, who.project_id, page, state=state, kind=kind)
    return listing(request, found, lambda row: JobOut.model_validate(row[0]))


def _note(session: Session, who: Caller, job: Job) -> None:
    audit.note(
        session,
        "job.cancelled",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=job.id,
        kind=job.kind.value,
    )
