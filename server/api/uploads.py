"""Uploads of archives, piece by piece, in the manner of tus."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request, Response, status
from pydantic import Field
from starlette.requests import ClientDisconnect

from server.api.bodies import ContentDigest
from server.api.deps import SessionDep, SettingsDep, sessions_of
from server.api.gates import Caller, InProject, OfUpload
from server.api.schemas import In, Out
from server.db.engine import reading
from server.db.models import Upload
from server.rules.errors import UnsupportedMedia
from server.rules.roles import Role
from server.services import archive_looks, quotas, uploads
from server.settings import Settings

router = APIRouter(tags=["uploads"])

PIECE_TYPE = "application/offset+octet-stream"
RAW_PIECE = {
    "requestBody": {
        "required": True,
        "content": {PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}

Lead = Annotated[Caller, Depends(OfUpload(Role.LEAD))]


class UploadIn(In):
    """What is going to be sent."""

    name: str = Field(min_length=1, max_length=255)
    bytes: int = Field(gt=0, le=2**63 - 1)


class UploadOut(Out):
    """An upload and how much of it has arrived."""

    id: UUID
    project_id: UUID
    name: str
    bytes: int
    offset: int
    created_at: datetime


@router.post(
    "/projects/{project_id}/uploads",
    status_code=status.HTTP_201_CREATED,
    summary="Begin an upload",
)
def create(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    given: UploadIn,
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> UploadOut:
    """Say what will come; the pieces go to its `Location`."""
    quotas.require_space(session, who.project_id, given.bytes, most=settings.project_bytes)
    upload = uploads.create(
        session,
        who.project_id,
        name=given.name,
        size=given.bytes,
        actor_id=who.user_id,
        folder=settings.upload_folder,
    )
    response.headers["Location"] = str(
        request.app.url_path_for("get_upload", upload_id=str(upload.id))
    )
    return _shape(upload, 0)


@router.get("/uploads/{upload_id}", name="get_upload", summary="How much has arrived")
@router.head("/uploads/{upload_id}", include_in_schema=False)
def get(
    upload_id: UUID, _: Lead, response: Response, session: SessionDep, settings: SettingsDep
) -> UploadOut:
    """Return the upload; the headers alone say where to go on."""
    upload = uploads.get(session, upload_id)
    offset = uploads.offset_of(settings.upload_folder, upload_id)
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Length"] = str(upload.bytes)
    response.headers["Cache-Control"] = "no-store"
    return _shape(upload, offset)


class FolderOut(Out):
    """A folder that has images of its own."""

    path: str
    images: int


class ContentOut(Out):
    """What a finished upload holds."""

    folders: list[FolderOut]
    documents: list[str]


@router.get("/uploads/{upload_id}/content", summary="What an uploaded archive holds")
def content(upload_id: UUID, who: Lead, session: SessionDep, settings: SettingsDep) -> ContentOut:
    """Return its folders of images and its documents, to choose from before an import."""
    path = uploads.whole(session, who.project_id, upload_id, folder=settings.upload_folder)
    with archive_looks.look_into(path) as look:
        found = archive_looks.content(look)
    folders = [FolderOut(path=folder, images=count) for folder, count in found.folders]
    return ContentOut(folders=folders, documents=found.documents)


@router.patch(
    "/uploads/{upload_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=RAW_PIECE,
    summary="Send a piece",
)
async def send(
    upload_id: UUID,
    _: Lead,
    request: Request,
    settings: SettingsDep,
    upload_offset: Annotated[int, Header(ge=0, le=uploads.MAX_BYTES)],
    digest: ContentDigest,
) -> Response:
    """Append a piece where the upload ends; one with a digest counts whole or not at all."""
    if request.headers.get("content-type") != PIECE_TYPE:
        raise UnsupportedMedia(f"Send {PIECE_TYPE}.", field="Content-Type")
    size = await to_thread.run_sync(_size, request, upload_id)
    offset = await _append(request, settings, upload_id, upload_offset, size, digest)
    return Response(status_code=204, headers={"Upload-Offset": str(offset)})


@router.delete(
    "/uploads/{upload_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Forget an upload"
)
def delete(upload_id: UUID, _: Lead, session: SessionDep, settings: SettingsDep) -> None:
    """Forget the upload and its bytes; what was imported from it stays."""
    uploads.delete(session, upload_id, folder=settings.upload_folder)


async def _append(
    request: Request,
    settings: Settings,
    upload_id: UUID,
    offset: int,
    size: int,
    digest: bytes | None,
) -> int:
    """Write the body as it comes in; no transaction is open meanwhile."""
    with uploads.appending(settings.upload_folder, upload_id, offset=offset, size=size) as piece:
        try:
            async for chunk in request.stream():
                await to_thread.run_sync(piece.write, chunk)
            return await to_thread.run_sync(lambda: piece.finish(sha256=digest))
        except ClientDisconnect:
            # What came stays, so that the client goes on there; unless a digest vouches for all.
            if digest is not None:
                piece.take_back()
            raise
        except BaseException:
            piece.take_back()
            raise


def _size(request: Request, upload_id: UUID) -> int:
    with reading(sessions_of(request)) as session:
        return uploads.get(session, upload_id).bytes


def _shape(upload: Upload, offset: int) -> UploadOut:
    return UploadOut(
        id=upload.id,
        project_id=upload.project_id,
        name=upload.name,
        bytes=upload.bytes,
        offset=offset,
        created_at=upload.created_at,
    )
