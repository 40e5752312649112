"""Signing in by a one-time link, and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import Field

from server.api.deps import COOKIE, SessionDep, throttles_of
from server.api.gates import Public, SignedIn, Unbound, require_same_origin
from server.api.schemas import In, Out
from server.services import audit, passwords, users
from server.services.access import Principal

router = APIRouter(prefix="/sessions", tags=["sessions"])


class LoginIn(In):
    """The secret of a login link."""

    token: str


class PasswordLoginIn(In):
    """A name and its password."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=1000)


class PasswordIn(In):
    """A new password, and the present one if there is one."""

    password: str = Field(max_length=1000)
    current: str | None = Field(default=None, max_length=1000)


class UserOut(Out):
    """A person."""

    id: UUID
    name: str
    display_name: str
    is_admin: bool


class SessionOut(Out):
    """Who is signed in, and until when; a token has no session and no end here."""

    user: UserOut
    expires_at: datetime | None


@router.post("", summary="Sign in with a one-time link")
def login(
    _: Annotated[None, Depends(Public())],
    given: LoginIn,
    request: Request,
    response: Response,
    session: SessionDep,
) -> SessionOut:
    """Use the link up and set the cookie."""
    _refuse_other_sites(request)
    return signed_in(request, response, users.login(session, given.token))


@router.post("/password", summary="Sign in with a password")
def login_by_password(
    _: Annotated[None, Depends(Public())],
    given: PasswordLoginIn,
    request: Request,
    response: Response,
    session: SessionDep,
) -> SessionOut:
    """Check the password and set the cookie; ten tries a minute per name, sixty per address."""
    _refuse_other_sites(request)
    throttles_of(request).sign_ins.enter(address_of(request))
    throttles_of(request).logins.enter(given.name)
    known = passwords.login(session, name=given.name, password=given.password)
    return signed_in(request, response, known)


@router.put("/password", status_code=status.HTTP_204_NO_CONTENT, summary="Set your password")
def set_password(
    who: Annotated[Principal, Depends(Unbound())], given: PasswordIn, session: SessionDep
) -> None:
    """Set or change it; all your browsers are signed out."""
    passwords.set_own(session, who.user.id, password=given.password, current=given.current)
    audit.note(session, "password.set", project_id=None, actor_id=who.user.id, subject=who.user.id)


@router.get("/current", summary="Who is signed in")
def current(
    who: Annotated[Principal, Depends(SignedIn())], request: Request, session: SessionDep
) -> SessionOut:
    """Return the person behind the cookie or the token."""
    cookie = None if "authorization" in request.headers else request.cookies.get(COOKIE)
    expires_at = users.session_end(session, cookie) if cookie else None
    return SessionOut(user=UserOut.model_validate(who.user), expires_at=expires_at)


@router.delete("/current", status_code=status.HTTP_204_NO_CONTENT, summary="Sign out")
def logout(
    _: Annotated[Principal, Depends(SignedIn())],
    request: Request,
    response: Response,
    session: SessionDep,
) -> None:
    """End the cookie's session for good."""
    if COOKIE in request.cookies:
        users.logout(session, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def _refuse_other_sites(request: Request) -> None:
    """A browser says where a request comes from; a script says nothing, and may sign in."""
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        require_same_origin(request)


def address_of(request: Request) -> str:
    """Return the network address that the request came from."""
    return request.client.host if request.client else ""


def signed_in(request: Request, response: Response, known: users.SignedIn) -> SessionOut:
    """Set the cookie of somebody who has shown who they are."""
    user, cookie, expires_at = known
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(users.SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return SessionOut(user=UserOut.model_validate(user), expires_at=expires_at)
