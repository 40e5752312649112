"""Pictures of models and people, as answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from server.api.bodies import SANDBOX
from server.services import pictures
from server.services.pictures import Comparison, View
from server.storage.base import BlobStore

Side = Annotated[int, Query(ge=32, le=1024)]


def answer(
    request: Request, blobs: BlobStore, shown: Comparison, view: View, *, side: int
) -> Response:
    """Draw the picture, unless the browser has it already; a mask may get a newer revision."""
    tag = f'"{shown.tag}-{view.value}-{side}"'
    headers = {**SANDBOX, "ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    drawn = pictures.draw(blobs, shown, view, side=side)
    return Response(drawn, media_type="image/jpeg", headers=headers)
