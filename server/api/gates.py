"""Who may call what: each route has exactly one of these gates.

Access is decided in a short reading transaction of its own, before a body is read and before
the request's transaction opens: a slow upload holds no lock, and a stream holds no connection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request
from sqlalchemy.orm import Session

from server.api.deps import COOKIE, sessions_of, throttles_of
from server.api.errors import SAFE
from server.api.throttle import Throttle, Throttles
from server.db.engine import reading
from server.db.models import Image, Item, Job, Model, Round, Schedule, Upload, Webhook
from server.rules.errors import CrossOrigin, Forbidden, Unauthenticated
from server.rules.roles import Role
from server.services import access
from server.services.access import READ, WRITE, Principal


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
        TooMany: The person sends more than a minute's share.
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
    throttles_of(request).requests.enter(principal.user.id)
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


Limit = Callable[[Throttles], Throttle]
"""Which of the limits counts calls of a route."""


class Needs:
    """What a route demands. Every route has exactly one of these; a test walks all routes."""

    says: str


class Public(Needs):
    """Anyone, signed in or not."""

    says = "public"

    async def __call__(self) -> None:
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

    `own`: labelling itself, which an admin does only as a member. `limit`: how often.
    """

    kind: ClassVar[access.InProject]

    def __init__(self, needed: Role, *, own: bool = False, limit: Limit | None = None) -> None:
        self.needed = needed
        self.own = own
        self.limit = limit
        self.says = f"{needed.value}{' (own membership)' if own else ''}"

    def _enter(self, request: Request, row_id: UUID) -> Caller:
        with reading(sessions_of(request)) as session:
            principal = authenticate(request, session)
            project_id = self._project(session, row_id)
            check = access.own_member if self.own else access.member
            role = check(session, principal, project_id, self.needed)
            session.expunge_all()
        if self.limit is not None:
            self.limit(throttles_of(request)).enter(principal.user.id)
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


class OfUpload(_Member):
    """Addresses below `/uploads/{upload_id}`."""

    kind = Upload

    def __call__(self, request: Request, upload_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, upload_id)


class OfWebhook(_Member):
    """Addresses below `/webhooks/{webhook_id}`."""

    kind = Webhook

    def __call__(self, request: Request, webhook_id: UUID) -> Caller:
        """Return who asks, as what."""
        return self._enter(request, webhook_id)
