"""Exports: masks and images as an archive in a format of choice."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, Field

from server.api.bodies import SANDBOX
from server.api.deps import BlobsDep, SessionDep, SettingsDep
from server.api.gates import Caller, InProject, OfJob
from server.api.jobs import JobOut, location
from server.api.schemas import In
from server.rules.errors import Invalid
from server.rules.images import Split
from server.rules.roles import Role
from server.services import audit, exports, job_views, quotas
from server.services.exports import Wanted

router = APIRouter(tags=["exports"])


class ExportIn(In):
    """What to export, or which earlier export to write again."""

    format: str | None = Field(default=None, max_length=40)
    images: bool = True
    splits: list[Split] | None = Field(default=None, min_length=1)
    until: AwareDatetime | None = None
    """The newest revisions at this moment; left out: now."""
    round_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000)
    author_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000)
    export_id: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """Of an earlier export of the project: the same bytes again, whatever has changed since."""


@router.post(
    "/projects/{project_id}/exports",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Export masks and images",
)
def start(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    given: ExportIn,
    request: Request,
    response: Response,
    session: SessionDep,
    blobs: BlobsDep,
    settings: SettingsDep,
) -> JobOut:
    """Freeze the list of revisions and queue a job that writes them."""
    quotas.require_job(session, who.user_id, most=settings.jobs_at_once)
    if given.export_id is not None:
        job = exports.again(session, blobs, who.project_id, given.export_id, actor_id=who.user_id)
    elif given.format is not None:
        wanted = Wanted(
            form=given.format,
            images=given.images,
            splits=given.splits,
            until=given.until,
            round_ids=given.round_ids,
            author_ids=given.author_ids,
        )
        job = exports.start(session, blobs, who.project_id, wanted, actor_id=who.user_id)
    else:
        raise Invalid("Name a format, or an earlier export.", field="format")
    audit.note(
        session,
        "export.started",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=job.id,
        export_id=job.params["export_id"],
    )
    response.headers["Location"] = location(request, job.id)
    return JobOut.model_validate(job)


@router.get("/exports/{job_id}/file", response_class=FileResponse, summary="An export's archive")
def file(
    job_id: UUID,
    _: Annotated[Caller, Depends(OfJob(Role.LEAD))],
    session: SessionDep,
    blobs: BlobsDep,
) -> FileResponse:
    """Return the archive of a finished export, in pieces; ranges are answered too."""
    sha256 = exports.file_of(job_views.get(session, job_id))
    return FileResponse(
        blobs.local_path(sha256),
        media_type="application/zip",
        filename=f"export-{job_id}.zip",
        headers=SANDBOX,
    )
