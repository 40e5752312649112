"""Who belongs to a project, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Member, User
from server.rules.errors import Conflict, Forbidden, NotFound
from server.rules.roles import Role
from server.services import users
from server.services.paging import Key, Page, PageQuery, fetch


@dataclass(frozen=True)
class Invited:
    """A new member; the link (secret, end) is there only for a person who was made for it."""

    member: Member
    user: User
    link: tuple[str, datetime] | None


def of_project(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of (member, user), by name."""
    statement = (
        select(Member, User)
        .join(User, User.id == Member.user_id)
        .where(Member.project_id == project_id)
    )
    return fetch(session, statement, query, keys=[Key(User.name, lambda row: row[1].name)])


def put(session: Session, project_id: UUID, user_id: UUID, *, role: Role, actor: User) -> Member:
    """Add a member or change a role; it counts from their next request on.

    Raises:
        Forbidden: Only an admin makes or unmakes a lead.
        NotFound: There is no such user.
    """
    if session.get(User, user_id) is None:
        raise NotFound
    member = _find(session, project_id, user_id)
    touches_lead = role is Role.LEAD or (member is not None and member.role is Role.LEAD)
    if touches_lead and not actor.is_admin and (member is None or member.role is not role):
        raise Forbidden("Only an admin makes or unmakes a lead.")
    if member is None:
        member = Member(project_id=project_id, user_id=user_id, created_at=now(session))
        session.add(member)
    member.role = role
    session.flush()
    return member


def invite(
    session: Session,
    project_id: UUID,
    *,
    name: str,
    display_name: str | None,
    role: Role,
    actor: User,
) -> Invited:
    """Add the person of that name, who is made where there is none and then signs in by a link.

    Whoever has an account already gets no link: with it the inviter could sign in as them. Their
    role in the project, where they have one, is not changed.

    Raises:
        Conflict: They are a member already.
        Forbidden: Only an admin makes a lead.
    """
    user = session.scalar(select(User).where(User.name == name))
    if user is not None and _find(session, project_id, user.id) is not None:
        raise Conflict(f"{name} is a member already.", field="name")
    is_new = user is None
    user = user or users.create(session, name=name, display_name=display_name)
    member = put(session, project_id, user.id, role=role, actor=actor)
    return Invited(member, user, users.login_link(session, user.id) if is_new else None)


def remove(session: Session, project_id: UUID, user_id: UUID, *, actor: User) -> None:
    """End a membership."""
    member = _find(session, project_id, user_id)
    if member is None:
        raise NotFound
    if member.role is Role.LEAD and not actor.is_admin:
        raise Forbidden("Only an admin makes or unmakes a lead.")
    session.delete(member)


def _find(session: Session, project_id: UUID, user_id: UUID) -> Member | None:
    return session.scalar(
        select(Member)
        .where(Member.project_id == project_id, Member.user_id == user_id)
        .with_for_update()
    )
