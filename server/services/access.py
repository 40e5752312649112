"""Who asks, and whether they may: the only place that decides it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import (
    Image,
    Item,
    Job,
    Mask,
    Member,
    Model,
    Project,
    Round,
    Schedule,
    Token,
    Upload,
    User,
    Webhook,
    WebSession,
)
from server.rules.errors import Forbidden, NotFound, Unauthenticated
from server.rules.roles import Role, at_least
from server.services import secrets

READ, WRITE = "read", "write"
SCOPES = frozenset({READ, WRITE})

InProject = type[Round | Item | Image | Model | Job | Schedule | Upload | Webhook]


@dataclass(frozen=True)
class Principal:
    """A person, or a token that acts for one with at most their rights."""

    user: User
    scopes: frozenset[str]
    project_id: UUID | None
    """A token's one project: all others do not exist for it."""


def by_cookie(session: Session, secret: str) -> Principal:
    """Return who is signed in with this cookie."""
    found = session.execute(
        select(WebSession, User)
        .join(User, User.id == WebSession.user_id)
        .where(WebSession.token_sha256 == secrets.digest(secret))
    ).one_or_none()
    if found is None:
        raise Unauthenticated("You are not signed in.")
    web_session, user = found
    if web_session.revoked_at is not None or web_session.expires_at <= now(session):
        raise Unauthenticated("Your session is over; sign in again.")
    return Principal(_enabled(user), SCOPES, None)


def by_token(session: Session, secret: str) -> Principal:
    """Return whom this token acts for."""
    found = session.execute(
        select(Token, User)
        .join(User, User.id == Token.user_id)
        .where(Token.token_sha256 == secrets.digest(secret))
    ).one_or_none()
    if found is None:
        raise Unauthenticated("This token is unknown.")
    token, user = found
    if token.revoked_at is not None or token.expires_at <= now(session):
        raise Unauthenticated("This token is revoked or expired.")
    return Principal(_enabled(user), frozenset(token.scopes), token.project_id)


def member(session: Session, principal: Principal, project_id: UUID, needed: Role) -> Role:
    """Return the principal's role in the project.

    An admin has a lead's rights in every project.

    Raises:
        NotFound: The project is missing or foreign: both look the same.
        Forbidden: The role is too low.
    """
    role = _role(session, principal, project_id)
    if role is None and principal.user.is_admin:
        exists = session.scalar(select(Project.id).where(Project.id == project_id))
        role = Role.LEAD if exists else None
    return _enough(role, needed)


def own_member(session: Session, principal: Principal, project_id: UUID, needed: Role) -> Role:
    """Return the role of a real member: labelling is not an admin's right by itself."""
    member(session, principal, project_id, needed)
    role = _role(session, principal, project_id)
    if role is None:
        raise Forbidden("Only members of the project label its images.")
    return _enough(role, needed)


def project_of(session: Session, kind: InProject, row_id: UUID) -> UUID:
    """Return the project that a row belongs to, or raise `NotFound`."""
    found = session.scalar(select(kind.project_id).where(kind.id == row_id))
    if found is None:
        raise NotFound
    return found


def project_of_mask(session: Session, mask_id: UUID) -> UUID:
    """Return the project of the mask's image, or raise `NotFound`."""
    statement = select(Image.project_id).join(Mask, Mask.image_id == Image.id)
    found = session.scalar(statement.where(Mask.id == mask_id))
    if found is None:
        raise NotFound
    return found


def _role(session: Session, principal: Principal, project_id: UUID) -> Role | None:
    if principal.project_id not in (None, project_id):
        raise NotFound
    return session.scalar(
        select(Member.role).where(
            Member.project_id == project_id, Member.user_id == principal.user.id
        )
    )


def _enough(role: Role | None, needed: Role) -> Role:
    if role is None:
        raise NotFound
    if not at_least(role, needed):
        raise Forbidden(f"This needs the role {needed.value}; yours is {role.value}.")
    return role


def _enabled(user: User) -> User:
    if user.disabled_at is not None:
        raise Unauthenticated("This account is disabled.")
    return user
