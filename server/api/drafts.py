"""Drafts: work that is not submitted yet, or came too late."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from server.api.bodies import RAW_MASK, MaskBody, decode, mask_answer
from server.api.deps import BlobsDep, IfMatch, SessionDep
from server.api.gates import Caller, InProject, OfItem
from server.api.schemas import Out
from server.db.models import Image
from server.rules.errors import NotFound
from server.rules.roles import Role
from server.services import submissions

router = APIRouter(tags=["items"])

Annotator = Annotated[Caller, Depends(OfItem(Role.ANNOTATOR, own=True))]


class DraftOut(Out):
    """The kept draft."""

    draft_id: UUID
    revision: int


class LateOut(Out):
    """Work that came too late, on an item that may still be taken."""

    item_id: UUID
    image: str
    updated_at: datetime


@router.put("/items/{item_id}/draft", openapi_extra=RAW_MASK, summary="Keep unsubmitted work")
def save_draft(
    item_id: UUID,
    who: Annotator,
    body: MaskBody,
    session: SessionDep,
    blobs: BlobsDep,
    replaces: IfMatch,
) -> DraftOut:
    """Keep the newest unsubmitted label map; it needs no live lease, so no work is refused.

    `If-Match` names the draft's revision that the writer has seen, `"0"` for none.
    """
    draft = submissions.save_draft(
        session, blobs, item_id, user_id=who.user_id, labels=decode(body), replaces=replaces
    )
    return DraftOut(draft_id=draft.id, revision=draft.revision)


@router.get("/items/{item_id}/draft", response_class=Response, summary="Your own draft")
def draft(
    item_id: UUID, who: Annotator, request: Request, session: SessionDep, blobs: BlobsDep
) -> Response:
    """Return your draft of the item: index PNG, or run lengths if `Accept` says so."""
    kept = submissions.draft(session, item_id, user_id=who.user_id)
    if kept is None:
        raise NotFound
    return mask_answer(request, blobs.read(kept.sha256), tag=kept.revision)


@router.get("/projects/{project_id}/drafts", summary="Your late work")
def late_drafts(
    who: Annotated[Caller, Depends(InProject(Role.ANNOTATOR, own=True))], session: SessionDep
) -> list[LateOut]:
    """Return your drafts that came too late and whose items are free again, newest first."""
    found = submissions.late_drafts(session, who.project_id, user_id=who.user_id)
    return [
        LateOut(
            item_id=item.id,
            image=session.get_one(Image, item.image_id).name,
            updated_at=draft.updated_at,
        )
        for draft, item in found
    ]
