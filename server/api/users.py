"""People and their login links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from server.api.deps import PageDep, SessionDep
from server.api.gates import Admin, Unbound
from server.api.schemas import In, Listing, Out, listing
from server.api.sessions import UserOut
from server.rules.errors import Forbidden
from server.services import audit, users
from server.services.access import Principal

router = APIRouter(prefix="/users", tags=["users"])


class UserIn(In):
    """A new person."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w.@+-]+$")
    display_name: str | None = Field(default=None, min_length=1, max_length=200)
    is_admin: bool = False


class LinkOut(Out):
    """A login link; its secret is shown here and never again."""

    url_path: str
    token: str
    expires_at: datetime


@router.post("", status_code=status.HTTP_201_CREATED, summary="Add a person")
def create(
    who: Annotated[Principal, Depends(Admin())], given: UserIn, session: SessionDep
) -> UserOut:
    """Add a person, who signs in by a link."""
    made = users.create(
        session, name=given.name, display_name=given.display_name, is_admin=given.is_admin
    )
    audit.note(session, "user.created", project_id=None, actor_id=who.user.id, subject=made.id)
    return UserOut.model_validate(made)


@router.get("", summary="All people")
def everyone(
    _: Annotated[Principal, Depends(Admin())], request: Request, page: PageDep, session: SessionDep
) -> Listing[UserOut]:
    """Return a page of people."""
    found = users.everyone(session, page)
    return listing(request, found, lambda row: UserOut.model_validate(row[0]))


@router.post(
    "/{user_id}/login-links", status_code=status.HTTP_201_CREATED, summary="Make a login link"
)
def login_link(
    user_id: UUID, who: Annotated[Principal, Depends(Unbound())], session: SessionDep
) -> LinkOut:
    """Make a link that signs this person in once; for oneself, or for anyone by an admin."""
    if user_id != who.user.id and not who.user.is_admin:
        raise Forbidden("Only an admin makes links for others.")
    secret, expires_at = users.login_link(session, user_id)
    audit.note(
        session, "login_link.created", project_id=None, actor_id=who.user.id, subject=user_id
    )
    return LinkOut(url_path=f"/login#{secret}", token=secret, expires_at=expires_at)
