"""Images: uploaded one by one, listed, and their bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status
from pydantic import Field

from server.api.bodies import RAW_IMAGE, ImageBody, image_answer
from server.api.deps import BlobsDep, PageDep, SessionDep, SettingsDep
from server.api.gates import Caller, InProject, OfImage
from server.api.schemas import In, Listing, Out, listing
from server.decoder import door
from server.rules.images import Domain, Split
from server.rules.items import ItemState
from server.rules.roles import Role
from server.services import audit, image_lists, images, quarantine
from server.services.image_lists import Filter, Order
from server.services.images import NewImage

router = APIRouter(tags=["images"])

Reader = Annotated[Caller, Depends(OfImage(Role.ANNOTATOR))]
Name = Annotated[str, Query(min_length=1, max_length=255, pattern=r"^[^/\\\x00-\x1f]+$")]
GroupName = Annotated[str | None, Query(min_length=1, max_length=255)]
NamePrefix = Annotated[str | None, Query(min_length=1, max_length=255)]


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
    left_out: str | None
    """Why no job uses it: it could not be read."""
    created_at: datetime


class GroupOut(Out):
    """A group: a city, a camera, a sequence."""

    id: UUID
    name: str


class GroupIn(In):
    """Which images come into which group; null: into none."""

    image_ids: list[UUID] = Field(min_length=1, max_length=1000)
    group: str | None = Field(min_length=1, max_length=255)


class InRoundOut(Out):
    """What one round thought of an image and asked about it."""

    round_id: UUID
    number: int
    score: float | None
    rank: int | None
    reason: str | None
    item_id: UUID | None
    item_state: ItemState | None


def shape(row: Any) -> ImageOut:
    """Shape one row of `image_lists.listed`."""
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
        left_out=image.quarantine_reason,
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
    settings: SettingsDep,
    group: GroupName = None,
) -> ImageOut:
    """Register a PNG, JPEG, WebP or TIFF that is sent as the raw body."""
    images.check_place(domain, split)
    data, facts = door.take_image(body)
    new = NewImage(name=name, sha256=blobs.put(data), bytes=len(data), facts=facts, group=group)
    added = images.add(
        session,
        who.project_id,
        new,
        domain=domain,
        split=split,
        most_bytes=settings.project_bytes,
    )
    return shape(image_lists.one(session, added.id))


@router.get("/projects/{project_id}/images", summary="A project's images")
def of_project(
    who: Annotated[Caller, Depends(InProject(Role.REVIEWER))],
    request: Request,
    page: PageDep,
    session: SessionDep,
    domain: Domain | None = None,
    split: Split | None = None,
    group: GroupName = None,
    labelled: bool | None = None,
    name: NamePrefix = None,
    state: ItemState | None = None,
    round_id: UUID | None = None,
    sort: Order = Order.NAME,
) -> Listing[ImageOut]:
    """Return a page of images."""
    narrow = Filter(
        domain=domain,
        split=split,
        group=group,
        labelled=labelled,
        name=name,
        state=state,
        round_id=round_id,
    )
    found = image_lists.listed(session, who.project_id, page, narrow=narrow, order=sort)
    return listing(request, found, shape)


@router.get("/projects/{project_id}/groups", summary="The groups of a project's images")
def groups(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[GroupOut]:
    """Return a page of groups, by name."""
    found = image_lists.groups(session, who.project_id, page)
    return listing(request, found, lambda row: GroupOut.model_validate(row[0]))


@router.put(
    "/projects/{project_id}/images/group",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Put images in a group",
)
def put_in_group(
    who: Annotated[Caller, Depends(InProject(Role.LEAD))], given: GroupIn, session: SessionDep
) -> None:
    """Put up to 1000 images in a group, made if missing, or in none."""
    images.put_in_group(session, who.project_id, given.image_ids, given.group)
    audit.note(
        session,
        "images.grouped",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=given.group or "",
        images=len(given.image_ids),
    )


@router.get("/images/{image_id}", summary="One image")
def get(
    image_id: UUID,
    _: Annotated[Caller, Depends(OfImage(Role.REVIEWER))],
    session: SessionDep,
) -> ImageOut:
    """Return the image without its bytes."""
    return shape(image_lists.one(session, image_id))


@router.post("/images/{image_id}/take-back", summary="Have jobs use an image again")
def take_back(
    image_id: UUID,
    who: Annotated[Caller, Depends(OfImage(Role.LEAD))],
    session: SessionDep,
) -> ImageOut:
    """Use an image again that a job could not read, once its file is mended."""
    quarantine.take_back(session, image_id, actor_id=who.user_id)
    return shape(image_lists.one(session, image_id))


@router.get("/images/{image_id}/rounds", summary="What rounds thought of an image")
def rounds(
    image_id: UUID,
    _: Annotated[Caller, Depends(OfImage(Role.REVIEWER))],
    session: SessionDep,
) -> list[InRoundOut]:
    """Return its score in each round that looked at it, and the item where it was asked for."""
    found = image_lists.rounds_of(session, images.get(session, image_id))
    return [InRoundOut.model_validate(each) for each in found]


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
    small = door.thumbnail(blobs.read(image.sha256), side=side)
    return image_answer(request, small, media_type="image/jpeg", tag=tag)
