"""Imports of folders on the server and of uploads."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.deps import BlobsDep, PageDep, SessionDep, SettingsDep, throttles_of
from server.api.gates import Caller, InProject, OfJob
from server.api.jobs import JobOut, location
from server.api.schemas import In, Listing, Out, listed
from server.rules.errors import Invalid
from server.rules.images import VOID, Domain, Split
from server.rules.roles import Role
from server.services import (
    audit,
    import_previews,
    import_reports,
    imports,
    job_views,
    quotas,
    uploads,
)
from server.settings import Settings
from server.storage.choice import open_buckets

router = APIRouter(tags=["imports"])
ClassId = Annotated[int, Field(ge=0, le=VOID)]


class SourceIn(In):
    """Images, and for all but the pool their masks: on the server, or in an upload."""

    path: str | None = Field(default=None, min_length=1, max_length=4096)
    """A folder, or a place in a bucket (`s3://bucket/prefix`), that the operator has allowed."""
    upload_id: UUID | None = None
    """A finished upload; paths then lie inside it."""
    recursive: bool = False
    masks_path: str | None = Field(default=None, min_length=1, max_length=4096)
    masks_format: str = Field(default="png", max_length=40)
    map: dict[str, ClassId] | None = Field(default=None, max_length=1000)
    """The class id of each label of the format, 255 for none of the classes."""


class ImportIn(SourceIn):
    """What to import, and as what."""

    domain: Domain
    split: Split
    group_pattern: str | None = Field(default=None, min_length=1, max_length=200)
    """A regular expression over the file's path; its one group names the image's group."""
    layout: Literal["gtav", "synthia", "cityscapes"] | None = None
    """The path is a published data set's own folder; masks and groups are where it has them."""


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
    summary="Import a folder or an upload",
)
def start(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    given: ImportIn,
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> JobOut:
    """Check what is there and queue a job that imports it."""
    quotas.require_job(session, who.user_id, most=settings.jobs_at_once)
    source = _source(session, who.project_id, given, settings)
    source = replace(source, group_pattern=given.group_pattern)
    if given.layout is not None:
        source = imports.laid_out(
            session, who.project_id, source, layout=given.layout, split=given.split
        )
    job = imports.start(
        session,
        who.project_id,
        source,
        domain=given.domain,
        split=given.split,
        roots=settings.import_roots,
        buckets=open_buckets(settings),
        actor_id=who.user_id,
    )
    throttles_of(request).imports.enter(who.user_id)  # what was refused above counts for nothing
    audit.note(
        session,
        "import.started",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=job.id,
    )
    response.headers["Location"] = location(request, job.id)
    return JobOut.model_validate(job)


class LabelOut(Out):
    """A label of the data set and the class that it most likely means."""

    label: str
    name: str | None
    pixels: int | None
    class_id: int | None


class PreviewOut(Out):
    """What an import would find."""

    images: int
    missing: int
    looked_at: int
    labels: list[LabelOut]


@router.post("/projects/{project_id}/imports/preview", summary="What an import would find")
def preview(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    given: SourceIn,
    session: SessionDep,
    settings: SettingsDep,
) -> PreviewOut:
    """Count images and missing masks, and list the labels with the classes they may mean."""
    source = _source(session, who.project_id, given, settings)
    found = import_previews.preview(
        session,
        who.project_id,
        source,
        roots=settings.import_roots,
        buckets=open_buckets(settings),
    )
    return PreviewOut.model_validate(found)


@router.get("/imports/{job_id}/report", summary="What became of each file")
def report(
    job_id: UUID,
    _: Annotated[Caller, Depends(OfJob(Role.LEAD))],
    request: Request,
    page: PageDep,
    session: SessionDep,
    blobs: BlobsDep,
    outcome: import_reports.Outcome | None = None,
) -> Listing[LineOut]:
    """Return a page of the report, in the order of the files' names."""
    first = _first(page.cursor)
    job = job_views.get(session, job_id)
    lines, following = import_reports.page(
        blobs, job, first=first, limit=page.limit, outcome=outcome
    )
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


def _source(
    session: Session, project_id: UUID, given: SourceIn, settings: Settings
) -> imports.Source:
    upload = None
    if given.upload_id is not None:
        folder = settings.upload_folder
        upload = uploads.whole(session, project_id, given.upload_id, folder=folder)
    elif given.path is None:
        raise Invalid("Name a folder of the server, or an upload.", field="path")
    return imports.Source(
        path=given.path or ".",
        upload=upload,
        recursive=given.recursive,
        masks_path=given.masks_path,
        masks_format=given.masks_format,
        mapping=given.map,
    )


def _first(cursor: str | None) -> int:
    """A finished report never changes, so its cursor is the byte where a line begins."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 12):
        raise Invalid("This cursor is not one of ours.", field="cursor")
    return int(cursor)
