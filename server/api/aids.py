"""What helps a person to correct an item: superpixels, and the class that the model likes next."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from server.api.bodies import image_answer, mask_answer
from server.api.deps import BlobsDep, SessionDep
from server.api.items import Reader, hides_model
from server.codecs import PNG_TYPE, SUPERPIXELS_TYPE
from server.db.models import Item
from server.rules.errors import NotFound
from server.services import items

router = APIRouter(tags=["items"])


@router.get("/items/{item_id}/superpixels", response_class=Response, summary="Its superpixels")
def superpixels(
    item_id: UUID, _: Reader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return the map of superpixels: `application/vnd.maskloop.superpixels`.

    zlib around little-endian u32 width and u32 height, then runs of LEB128 id and LEB128 length,
    row by row. The map has the image's shape and at most about a million cells: the pixel (x, y) of
    W x H lies in column (2x + 1) width / 2W and row (2y + 1) height / 2H, rounded down.
    """
    sha256 = _there(items.get(session, item_id).superpixels_sha256)
    return image_answer(request, blobs.read(sha256), media_type=SUPERPIXELS_TYPE, tag=sha256)


@router.get("/items/{item_id}/second", response_class=Response, summary="The second-best classes")
def second(
    item_id: UUID, _: Reader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return each cell's second most likely class, at a quarter of the size; forms as of masks."""
    sha256 = _there(_shown(session, item_id).second_sha256)
    return mask_answer(request, blobs.read(sha256), tag=sha256)


@router.get("/items/{item_id}/chances", response_class=Response, summary="How likely the two are")
def chances(
    item_id: UUID, _: Reader, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return an 8-bit grey PNG, 255 for certain: the best class's map above the second's."""
    sha256 = _there(_shown(session, item_id).chances_sha256)
    return image_answer(request, blobs.read(sha256), media_type=PNG_TYPE, tag=sha256)


def _shown(session: Session, item_id: UUID) -> Item:
    """Return the item; a blank start tells nothing of the model."""
    item = items.get(session, item_id)
    if hides_model(item):
        raise NotFound
    return item


def _there(sha256: str | None) -> str:
    """Refuse what items of older rounds do not have."""
    if sha256 is None:
        raise NotFound
    return sha256
