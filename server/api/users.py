"""People and their login links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field
from sqlalchemy.orm import Session

from server.api.deps import PageDep, SessionDep
from server.api.gates import Admin, Unbound
from server.api.schemas import In, Listing, Out, listing
from server.api.sessions import UserOut
from server.rules.errors import Forbidden
from server.services import audit, passwords, users
from server.services.access import Principal

router = APIRouter(prefix="/users", tags=["users"])


NAME = Field(min_length=1, max_length=64, pattern=r"^[\w.@+-]+$")
"""How people are called: by what fits an address and a line of a log."""


class UserIn(In):
    """A new person."""

    name: str = NAME
    display_name: str | None = Field(default=None, min_length=1, max_length=200)
    is_admin: bool = False


class AccountIn(In):
    """Whether the person may sign in."""

    disabled: bool


class AccountOut(UserOut):
    """A person as admins see them."""

    disabled_at: datetime | None


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
) -> Listing[AccountOut]:
    """Return a page of people."""
    found = users.everyone(session, page)
    return listing(request, found, lambda row: AccountOut.model_validate(row[0]))


@router.patch("/{user_id}", summary="Disable an account or open it again")
def change(
    user_id: UUID,
    who: Annotated[Principal, Depends(Admin())],
    given: AccountIn,
    session: SessionDep,
) -> AccountOut:
    """Disable the account from its next request on, or open it again."""
    user = users.set_disabled(session, user_id, disabled=given.disabled, actor=who.user)
    _note(session, who, "user.disabled" if given.disabled else "user.enabled", user_id)
    return AccountOut.model_validate(user)


@router.delete(
    "/{user_id}/sessions", status_code=status.HTTP_204_NO_CONTENT, summary="Sign a person out"
)
def sign_out(
    user_id: UUID, who: Annotated[Principal, Depends(Admin())], session: SessionDep
) -> None:
    """End all sessions of a person's browsers; tokens of scripts stay."""
    users.end_sessions(session, users.get(session, user_id).id)
    _note(session, who, "user.signed_out", user_id)


@router.delete(
    "/{user_id}/password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Take a forgotten password away",
)
def clear_password(
    user_id: UUID, who: Annotated[Principal, Depends(Admin())], session: SessionDep
) -> None:
    """Clear the password and sign the person out; a login link lets them set a new one."""
    passwords.clear(session, user_id)
    _note(session, who, "password.cleared", user_id)


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
    return link_out(secret, expires_at)


def link_out(secret: str, expires_at: datetime) -> LinkOut:
    """Shape a link."""
    return LinkOut(url_path=f"/login#{secret}", token=secret, expires_at=expires_at)


def _note(session: Session, who: Principal, act: str, user_id: UUID) -> None:
    audit.note(session, act, project_id=None, actor_id=who.user.id, subject=user_id)
