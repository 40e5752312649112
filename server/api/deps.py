"""What routes ask for: a session, the blobs, a page, a body; and who may call them.

Access is decided in a short reading transaction of its own, before a body is read and before
the request's transaction opens: a slow upload holds no lock, and a stream holds no connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from sqlalchemy.orm import Session, sessionmaker

from server.db.engine import reading
from server.db.models import Image, Item, Job, Model, Round, Schedule
from server.rules.errors import (
    CrossOrigin,
    Forbidden,
    Invalid,
    PreconditionRequired,
    Unauthenticated,
)
from server.rules.roles import Role
from server.services import access
from server.services.access import READ, WRITE, Principal
from server.services.paging import LIMIT, MAX_LIMIT, PageQuery
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from server.storage.base import BlobStore

COOKIE = "maskloop_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def _session(request: Request) -> Iterator[Session]:
    """One request, one transaction; requests that only read never wait for a writer."""
    state = request.app.state
    if request.method in SAFE:
        with reading(state.sessions) as session:
            yield session
    else:
        with unit_of_work(state.sessions, state.queue) as session:
            yield session


# scope="function" commits before the response leaves; the default scope would answer first and
# only then find out that the commit failed.
SessionDep = Annotated[Session, Depends(_session, scope="function")]


def _blobs(request: Request) -> BlobStore:
    blobs: BlobStore = request.app.state.blobs
    return blobs


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def sessions_of(request: Request) -> sessionmaker[Session]:
    """Return the factory for those who open short sessions of their own."""
    sessions: sessionmaker[Session] = request.app.state.sessions
    return sessions


BlobsDep = Annotated[BlobStore, Depends(_blobs)]
SettingsDep = Annotated[Settings, Depends(_settings)]


def _page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = LIMIT,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> PageQuery:
    return PageQuery(limit, cursor)


PageDep = Annotated[PageQuery, Depends(_page)]


def _if_match(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """Return the version that If-Match names."""
    if if_match is None:
        return None
    value = if_match.strip().removeprefix("W/").strip('"')
    if not (value.isdecimal() and len(value) <= 9):
        raise Invalid("If-Match names a version, as the ETag did.", field="If-Match")
    return int(value)


def _if_match_required(version: Annotated[int | None, Depends(_if_match)]) -> int:
    if version is None:
        raise PreconditionRequired("Name the version that you have seen in If-Match.")
    return version


IfMatch = Annotated[int | None, Depends(_if_match)]
IfMatchRequired = Annotated[int, Depends(_if_match_required)]


@dataclass(frozen=True)
class Caller:
    """Who asks and, where the address lies in a project, as what."""

    principal: Principal
    project_id: UUID
    role: Role

    @property
    def user_id(self) -> UUID:
        """The person's id."""
        return self.principal.user.id


def authenticate(request: Request, session: Session) -> Principal:
    """Return who sent the request.

    Raises:
        Unauthenticated: No credential, or a bad one.
        CrossOrigin: A cookie came with a request that changes something and that our own pages
            did not send.
        Forbidden: The token lacks the scope.
    """
    unsafe = request.method not in SAFE
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        principal = access.by_token(session, secret.strip())
    elif COOKIE in request.cookies:
        principal = access.by_cookie(session, request.cookies[COOKIE])
        if unsafe:
            require_same_origin(request)
    else:
        raise Unauthenticated("Sign in, or send a token.")
    needed = WRITE if unsafe else READ
    if needed not in principal.scopes:
        raise Forbidden(f"This token has no {needed} scope.")
    return principal


def require_same_origin(request: Request) -> None:
    """Refuse a request that another site's page started."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        same = site == "same-origin"
    else:
        same = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not same:
        raise CrossOrigin("This request did not come from Maskloop's own pages.")


class Needs:
    """What a route demands. Every route has exactly one of these; a test walks all routes."""

    says: str


class Public(Needs):
    """Anyone, signed in or not."""

    says = "public"

    def __call__(self) -> None:
        """Let everyone in."""


class SignedIn(Needs):
    """Any person or token."""

    says = "signed in"

    def __call__(self, request: Request) -> Principal:
        """Return who asks."""
        with reading(sessions_of(request)) as session:
            principal = authenticate(request, session)
            session.expunge_all()
        return principal


class Unbound(SignedIn):
    """A person, or a token that is not bound to one project."""

    says = "signed in, not bound to a project"

    def __call__(self, request: Request) -> Principal:
        """Return who asks."""
        principal = super().__call__(request)
        if principal.project_id is not None:
            raise Forbidden("This token is bound to one project.")
        return principal


class Admin(Unbound):
    """An admin."""

    says = "admin"

    def __call__(self, request: Request) -> Principal:
        """Return who asks."""
        principal = super().__call__(request)
        if not principal.user.is_admin:
            raise Forbidden("Only an admin may do this.")
        return principal


class _Member(Needs):
    """A member of the project that the address lies in, with this role at least.

    `own`: labelling itself, which an admin does only as a member.
    """

    kind: ClassVar[access.InProject]

    def __init__(self, needed: Role, *, own: bool = False) -> None:
        self.needed = needed
        self.own = own
        self.says = f"{needed.value}{' (own membership)' if own else ''}"

    def _enter(self, request: Request, row_id: UUID) -> Caller:
        with reading(sessions_of(request)) as session:
            principal = authenticate(request, session)
            project_id = self._project(session, row_id)
            check = access.own_member if self.own else access.member
            role = check(session, principal, project_id, self.needed)
            session.expunge_all()
        return Caller(principal, project_id, role)

    def _project(self, session: Session, row_id: UUID) -> UUID:
        return access.project_of(session, self.kind, row_id)


class InProject(_Member):
    """Addresses below `/projects/{project_id}`."""

    def __call__(self, request: Request, project_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, project_id)

    def _project(self, session: Session, row_id: UUID) -> UUID:
        del session  # the address names the project itself
        return row_id


class OfRound(_Member):
    """Addresses below `/rounds/{round_id}`."""

    kind = Round

    def __call__(self, request: Request, round_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, round_id)


class OfItem(_Member):
    """Addresses below `/items/{item_id}`."""

    kind = Item

    def __call__(self, request: Request, item_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, item_id)


class OfImage(_Member):
    """Addresses below `/images/{image_id}`."""

    kind = Image

    def __call__(self, request: Request, image_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, image_id)


class OfMask(_Member):
    """Addresses below `/masks/{mask_id}`."""

    def __call__(self, request: Request, mask_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, mask_id)

    def _project(self, session: Session, row_id: UUID) -> UUID:
        return access.project_of_mask(session, row_id)


class OfModel(_Member):
    """Addresses below `/models/{model_id}`."""

    kind = Model

    def __call__(self, request: Request, model_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, model_id)


class OfJob(_Member):
    """Addresses below `/jobs/{job_id}` and `/imports/{job_id}`."""

    kind = Job

    def __call__(self, request: Request, job_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, job_id)


class OfSchedule(_Member):
    """Addresses below `/schedules/{schedule_id}`."""

    kind = Schedule

    def __call__(self, request: Request, schedule_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, schedule_id)
