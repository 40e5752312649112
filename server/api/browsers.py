"""Your signed-in browsers: which there are, and signing one out from another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status

from server.api.deps import COOKIE, SessionDep
from server.api.gates import Unbound
from server.api.schemas import Out
from server.services import audit, browsers
from server.services.access import Principal

router = APIRouter(prefix="/sessions", tags=["sessions"])

Person = Annotated[Principal, Depends(Unbound())]


class BrowserOut(Out):
    """A browser that is signed in as you."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    is_current: bool
    """Whether this request came from it."""


@router.get("", summary="Your signed-in browsers")
def mine(who: Person, request: Request, session: SessionDep) -> list[BrowserOut]:
    """Return the browsers that are signed in as you, newest first."""
    current = browsers.of_cookie(session, request.cookies.get(COOKIE, ""))
    return [
        BrowserOut(
            id=row.id,
            created_at=row.created_at,
            expires_at=row.expires_at,
            is_current=row.id == current,
        )
        for row in browsers.live(session, who.user.id)
    ]


@router.delete(
    "/{session_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Sign a browser out"
)
def sign_out(session_id: UUID, who: Person, session: SessionDep) -> None:
    """End the session of one of your browsers; it counts from its next request on."""
    browsers.sign_out(session, session_id, user_id=who.user.id)
    audit.note(
        session, "session.revoked", project_id=None, actor_id=who.user.id, subject=session_id
    )
