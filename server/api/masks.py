"""Masks and their revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status
from sqlalchemy.orm import Session

from server import codecs
from server.api.bodies import RAW_MASK, MaskBody, decode, mask_answer, thumbnail_answer
from server.api.deps import BlobsDep, IfMatch, IfMatchRequired, PageDep, SessionDep
from server.api.gates import Caller, OfImage, OfItem, OfMask
from server.api.schemas import Listing, Out, listing
from server.db.models import Mask
from server.rules.errors import Forbidden, NotFound
from server.rules.images import MaskOrigin
from server.rules.roles import Role, at_least
from server.services import audit, classes, images, items, masks

router = APIRouter(tags=["masks"])

ImageReader = Annotated[Caller, Depends(OfImage(Role.ANNOTATOR))]


class MaskOut(Out):
    """One revision without its bytes."""

    id: UUID
    revision: int
    origin: MaskOrigin
    author: str | None
    created_at: datetime
    changed_pixels: int | None
    same_as: int | None = None
    """The first revision with the same bytes, where that is an earlier one: it was restored."""


class RevisionOut(Out):
    """The revision that a write made."""

    id: UUID
    revision: int


@router.get("/images/{image_id}/mask", response_class=Response, summary="An image's mask")
def newest(
    image_id: UUID, who: ImageReader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return the newest revision: index PNG, or run lengths if `Accept` says so."""
    mask = _seen_by(who, masks.newest(session, image_id))
    return mask_answer(request, blobs.read(mask.sha256), tag=mask.revision)


@router.get("/items/{item_id}/mask", response_class=Response, summary="An item's label")
def of_item(
    item_id: UUID,
    who: Annotated[Caller, Depends(OfItem(Role.ANNOTATOR))],
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
) -> Response:
    """Return what the item's next label replaces: the image's mask or, of an image that several
    people label, the item's own newest label."""
    mask = _seen_by(who, masks.of_item(session, items.get(session, item_id)))
    return mask_answer(request, blobs.read(mask.sha256), tag=mask.revision)


@router.get("/images/{image_id}/mask/thumbnail", response_class=Response, summary="A small mask")
def thumbnail(
    image_id: UUID,
    who: ImageReader,
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
    side: Annotated[int, Query(ge=32, le=512)] = 256,
) -> Response:
    """Return the newest mask in its classes' colours, as small as the image's thumbnail."""
    mask = _seen_by(who, masks.newest(session, image_id))
    class_list = classes.required(session, who.project_id)
    tag = f"{mask.sha256}-{class_list.version}-{side}"
    if request.headers.get("if-none-match") == f'"{tag}"':
        return thumbnail_answer(request, b"", tag=tag)
    colours = {int(entry["id"]): str(entry["colour"]) for entry in class_list.classes}
    small = codecs.mask_thumbnail(blobs.read(mask.sha256), colours, side=side)
    return thumbnail_answer(request, small, tag=tag)


@router.get("/images/{image_id}/masks", summary="All revisions of an image's mask")
def revisions(
    image_id: UUID,
    _: Annotated[Caller, Depends(OfImage(Role.REVIEWER))],
    request: Request,
    page: PageDep,
    session: SessionDep,
) -> Listing[MaskOut]:
    """Return a page of revisions, newest first."""
    found = masks.revisions(session, image_id, page)
    return listing(
        request,
        found,
        lambda row: MaskOut(
            id=row[0].id,
            revision=row[0].revision,
            origin=row[0].origin,
            author=row[1],
            created_at=row[0].created_at,
            changed_pixels=row[0].changed_pixels,
            same_as=row[2],
        ),
    )


@router.get("/masks/{mask_id}", response_class=Response, summary="One revision of a mask")
def get(
    mask_id: UUID,
    who: Annotated[Caller, Depends(OfMask(Role.ANNOTATOR))],
    request: Request,
    session: SessionDep,
    blobs: BlobsDep,
) -> Response:
    """Return one revision: index PNG, or run lengths if `Accept` says so."""
    mask = _seen_by(who, masks.get(session, mask_id))
    return mask_answer(request, blobs.read(mask.sha256), tag=mask.revision)


@router.post(
    "/masks/{mask_id}/restore",
    status_code=status.HTTP_201_CREATED,
    summary="Make an earlier revision the mask again",
)
def restore(
    mask_id: UUID,
    who: Annotated[Caller, Depends(OfMask(Role.LEAD))],
    response: Response,
    session: SessionDep,
    replaces: IfMatchRequired,
) -> RevisionOut:
    """Add a revision that is equal to the earlier one; nothing is lost."""
    mask = masks.restore(session, mask_id, replaces=replaces)
    audit.note(
        session,
        "mask.restored",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=mask.image_id,
        revision=mask.revision,
        restored=str(mask_id),
    )
    response.headers["ETag"] = f'"{mask.revision}"'
    return RevisionOut.model_validate(mask)


@router.put(
    "/images/{image_id}/mask",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=RAW_MASK,
    summary="Set a ground-truth mask",
)
def put(
    image_id: UUID,
    who: Annotated[Caller, Depends(OfImage(Role.LEAD))],
    body: MaskBody,
    response: Response,
    session: SessionDep,
    blobs: BlobsDep,
    replaces: IfMatch,
) -> RevisionOut:
    """Add a revision to an image of any split but the pool, whose masks rounds pay for."""
    image = images.get(session, image_id)
    class_list = classes.required(session, image.project_id)
    labels = decode(body)
    codecs.check_labels(
        labels, width=image.width, height=image.height, class_ids=classes.ids(class_list)
    )
    mask = masks.put_truth(
        session,
        image,
        sha256=blobs.put(codecs.encode_png(labels)),
        class_list_id=class_list.id,
        author_id=who.user_id,
        replaces=replaces,
    )
    _note(session, who, image_id, mask)
    response.headers["ETag"] = f'"{mask.revision}"'
    return RevisionOut.model_validate(mask)


def _seen_by(who: Caller, mask: Mask | None) -> Mask:
    """Return a mask to who may see it: what others drew is hidden, so that agreement counts."""
    if mask is None:
        raise NotFound
    if not at_least(who.role, Role.REVIEWER) and mask.author_id != who.user_id:
        raise Forbidden("Annotators see only their own masks.")
    return mask


def _note(session: Session, who: Caller, image_id: UUID, mask: Mask) -> None:
    audit.note(
        session,
        "mask.put",
        project_id=who.project_id,
        actor_id=who.user_id,
        subject=image_id,
        revision=mask.revision,
    )
