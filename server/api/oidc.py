"""Signing in at the OpenID Connect issuer that the settings name, if they name one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from server.api.deps import SessionDep, SettingsDep, throttles_of
from server.api.gates import Public, require_same_origin
from server.api.schemas import In, Out
from server.api.sessions import SessionOut, address_of, signed_in
from server.rules.errors import NotFound
from server.rules.issuers import FLOW_SECONDS
from server.services import identities
from server.services.identities import Vouched

if TYPE_CHECKING:
    from server.oidc.sign_in import SignIn

router = APIRouter(prefix="/sessions/oidc", tags=["sessions"])
FLOW_COOKIE = "maskloop_sign_in"


class IssuerOut(Out):
    """Where people may sign in besides links and passwords."""

    host: str | None
    """The issuer's host, for the button; none: there is no issuer."""


class BegunOut(Out):
    """Where to go on."""

    address: str


class FinishIn(In):
    """What the browser came back with."""

    code: str = Field(min_length=1, max_length=4000)
    state: str = Field(min_length=1, max_length=200)


@router.get("", summary="Which issuer signs people in")
async def issuer(_: Annotated[None, Depends(Public())], settings: SettingsDep) -> IssuerOut:
    """Return the issuer's host, if there is one."""
    address = settings.oidc_issuer
    return IssuerOut(host=urlsplit(address).hostname if address else None)


@router.post("/begin", summary="Begin to sign in at the issuer")
def begin(_: Annotated[None, Depends(Public())], request: Request, response: Response) -> BegunOut:
    """Set a cookie for ten minutes and return the address at the issuer.

    The browser comes back to `/login`, always: no request says where to.
    """
    sign_in = _entered(request)
    address, cookie = sign_in.begin(f"{request.base_url}login")
    response.set_cookie(
        FLOW_COOKIE,
        cookie,
        max_age=FLOW_SECONDS,
        path=_folder(request),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return BegunOut(address=address)


def _vouched(request: Request, given: FinishIn) -> Vouched:
    """Ask the issuer before the transaction opens: a slow answer holds no lock."""
    cookie = request.cookies.get(FLOW_COOKIE)
    return _entered(request).finish(cookie=cookie, state=given.state, code=given.code)


@router.post("", summary="Sign in with what the issuer sent")
def finish(
    _: Annotated[None, Depends(Public())],
    vouched: Annotated[Vouched, Depends(_vouched)],
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
) -> SessionOut:
    """Check all of it and set the ordinary cookie."""
    known = identities.login(session, vouched, sign_up=settings.oidc_sign_up)
    response.delete_cookie(FLOW_COOKIE, path=_folder(request), httponly=True, samesite="strict")
    return signed_in(request, response, known)


def _entered(request: Request) -> SignIn:
    """Return the sign-in, if our own page asks and does not ask too often."""
    require_same_origin(request)
    sign_in: SignIn | None = request.app.state.sign_in
    if sign_in is None:
        raise NotFound
    throttles_of(request).sign_ins.enter(address_of(request))
    return sign_in


def _folder(request: Request) -> str:
    """The addresses that the flow's cookie is sent to: these routes and no others."""
    return request.url.path.removesuffix("/begin")
