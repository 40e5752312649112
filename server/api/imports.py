"""Imports of folders on the server."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.responses import StreamingResponse
from pydantic import Field

from server.api.deps import BlobsDep, PageDep, SessionDep, SettingsDep
from server.api.gates import Caller, InProject, OfJob
from server.api.jobs import JobOut, location
from server.api.schemas import In, Listing, Out, listed
from server.rules.errors import Invalid
from server.rules.images import Domain, Split
from server.rules.roles import Role
from server.services import audit, import_reports, imports, job_views

router = APIRouter(tags=["imports"])


class ImportIn(In):
    """A folder of images and, for all but the pool, a folder of masks with the same names."""

    path: str = Field(min_length=1, max_length=4096)
    masks_path: str | None = Field(default=None, min_length=1, max_length=4096)
    layout: Literal["gtav", "synthia", "cityscapes"] | None = None
    """The path is a published data set's own folder; masks and groups are where it has them."""
    domain: Domain
    split: Split
    group_pattern: str | None = Field(default=None, min_length=1, max_length=200)
    """A regular expression over the file name; its one group names the image's group."""


class LineOut(Out):
    """What became of one file."""

    file: str
    name: str
    outcome: import_reports.Outcome
    field: str | None
    reason: str | None


@router.post(
    "/projects/{project_id}/imports",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Import a folder",
)
def start(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    given: ImportIn,
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> JobOut:
    """Check the folder and queue a job that imports it."""
    job = imports.start(
        session,
        who.project_id,
        path=given.path,
        masks_path=given.masks_path,
        layout=given.layout,
        domain=given.domain,
        split=given.split,
        group_pattern=given.group_pattern,
        roots=settings.import_roots,
        actor_id=who.user_id,
    )
    audit.note(
        session,
        "import.started",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=job.id,
    )
    response.headers["Location"] = location(request, job.id)
    return JobOut.model_validate(job)


@router.get("/imports/{job_id}/report", summary="What became of each file")
def report(
    job_id: UUID,
    _: Annotated[Caller, Depends(OfJob(Role.LEAD))],
    request: Request,
    page: PageDep,
    session: SessionDep,
    blobs: BlobsDep,
) -> Listing[LineOut]:
    """Return a page of the report, in the order of the files' names."""
    first = _first(page.cursor)
    job = job_views.get(session, job_id)
    lines, following = import_reports.page(blobs, job, first=first, limit=page.limit)
    shaped = [LineOut.model_validate(line) for line in lines]
    return listed(request, shaped, None if following is None else str(following))


@router.get(
    "/imports/{job_id}/report.csv",
    response_class=StreamingResponse,
    summary="What became of each file, as a table",
)
def report_csv(
    job_id: UUID,
    _: Annotated[Caller, Depends(OfJob(Role.LEAD))],
    session: SessionDep,
    blobs: BlobsDep,
) -> StreamingResponse:
    """Return the whole report as CSV."""
    pieces = import_reports.as_csv(blobs, job_views.get(session, job_id))
    name = f'attachment; filename="import-{job_id}.csv"'
    return StreamingResponse(
        pieces, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def _first(cursor: str | None) -> int:
    """A finished report never changes, so its cursor is the byte where a line begins."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 12):
        raise Invalid("This cursor is not one of ours.", field="cursor")
    return int(cursor)
