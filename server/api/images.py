"""Images: uploaded one by one, listed, and their bytes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from server import codecs
from server.api.bodies import RAW_IMAGE, ImageBody, image_answer
from server.api.deps import BlobsDep, PageDep, SessionDep
from server.api.gates import Caller, InProject, OfImage
from server.api.schemas import Listing, Out, listing
from server.rules.images import Domain, Split
from server.rules.roles import Role
from server.services import images
from server.services.images import Filter, NewImage

router = APIRouter(tags=["images"])

Reader = Annotated[Caller, Depends(OfImage(Role.ANNOTATOR))]
Name = Annotated[str, Query(min_length=1, max_length=255, pattern=r"^[^/\\\x00-\x1f]+$")]
GroupName = Annotated[str | None, Query(min_length=1, max_length=255)]


class ImageOut(Out):
    """An image without its bytes."""

    id: UUID
    project_id: UUID
    name: str
    domain: Domain
    split: Split
    group: str | None
    width: int
    height: int
    media_type: str
    bytes: int
    labelled: bool
    score: float | None
    created_at: datetime


class Order(StrEnum):
    """How a list of images is sorted."""

    NAME = "name"
    SCORE = "-score"
    """Only the images that the newest selection scored, least sure first."""


def shape(row: Any) -> ImageOut:
    """Shape one row of `images.listed`."""
    image, domain, group, labelled, score = row
    return ImageOut(
        id=image.id,
        project_id=image.project_id,
        name=image.name,
        domain=domain,
        split=image.split,
        group=group,
        width=image.width,
        height=image.height,
        media_type=image.media_type,
        bytes=image.bytes,
        labelled=bool(labelled),
        score=score,
        created_at=image.created_at,
    )


@router.post(
    "/projects/{project_id}/images",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=RAW_IMAGE,
    summary="Upload one image",
)
def upload(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))],
    name: Name,
    domain: Domain,
    split: Split,
    body: ImageBody,
    session: SessionDep,
    blobs: BlobsDep,
    group: GroupName = None,
) -> ImageOut:
    """Register a PNG, JPEG, WebP or TIFF that is sent as the raw body."""
    images.check_place(domain, split)
    data, facts = codecs.take_image(body)
    new = NewImage(name=name, sha256=blobs.put(data), bytes=len(data), facts=facts, group=group)
    added = images.add(session, who.project_id, new, domain=domain, split=split)
    return shape(images.one(session, added.id))


@router.get("/projects/{project_id}/images", summary="A project's images")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
    domain: Domain | None = None,
    split: Split | None = None,
    group: GroupName = None,
    labelled: bool | None = None,
    sort: Order = Order.NAME,
) -> Listing[ImageOut]:
    """Return a page of images."""
    found = images.listed(
        session,
        who.project_id,
        page,
        narrow=Filter(domain=domain, split=split, group=group, labelled=labelled),
        by_score=sort is Order.SCORE,
    )
    return listing(request, found, shape)


@router.get("/images/{image_id}", summary="One image")
def get(image_id: UUID, _: Reader, session: SessionDep) -> ImageOut:
    """Return the image without its bytes."""
    return shape(images.one(session, image_id))


@router.get("/images/{image_id}/file", response_class=Response, summary="An image's bytes")
def file(
    image_id: UUID, _: Reader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return the bytes as they were imported, as the type that their content has."""
    image = images.get(session, image_id)
    return image_answer(
        request, blobs.read(image.sha256), media_type=image.media_type, tag=image.sha256
    )


@router.get("/images/{image_id}/thumbnail", response_class=Response, summary="A small picture")
def thumbnail(
    image_id: UUID,
    _: Reader,
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
    side: Annotated[int, Query(ge=32, le=512)] = 256,
) -> Response:
    """Return a JPEG that fits into a square of this side; browsers keep it for good."""
    image = images.get(session, image_id)
    tag = f"{image.sha256}-{side}"
    if request.headers.get("if-none-match") == f'"{tag}"':
        return image_answer(request, b"", media_type="image/jpeg", tag=tag)
    small = codecs.thumbnail(blobs.read(image.sha256), side=side)
    return image_answer(request, small, media_type="image/jpeg", tag=tag)
