"""Projects: made, listed, described, changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import DomainRow, Member, Project
from server.rules.errors import NameTaken, NotFound, StaleVersion
from server.rules.images import Domain
from server.rules.roles import Role
from server.services.access import Principal
from server.services.paging import Page, PageQuery, by_id, fetch


def create(session: Session, *, name: str, description: str, creator_id: UUID) -> Project:
    """Add a project with its two domains; the creator leads it.

    Raises:
        NameTaken: A project has this name.
    """
    project = Project(
        name=name, description=description, settings={}, version=1, created_at=now(session)
    )
    try:
        with session.begin_nested():
            session.add(project)
    except IntegrityError:
        raise NameTaken(f"There is a project {name!r} already.", field="name") from None
    session.add_all(DomainRow(project_id=project.id, kind=kind) for kind in Domain)
    session.add(
        Member(project_id=project.id, user_id=creator_id, role=Role.LEAD, created_at=now(session))
    )
    session.flush()
    return project


def get(session: Session, project_id: UUID) -> Project:
    """Return the project, or raise `NotFound`."""
    project = session.get(Project, project_id)
    if project is None:
        raise NotFound
    return project


def visible(session: Session, principal: Principal, query: PageQuery) -> Page:
    """Return a page of (project, the principal's role or None) that the principal may see."""
    mine = (Member.project_id == Project.id) & (Member.user_id == principal.user.id)
    statement = select(Project, Member.role).join(Member, mine, isouter=principal.user.is_admin)
    if principal.project_id is not None:
        statement = statement.where(Project.id == principal.project_id)
    return fetch(session, statement, query, keys=[by_id(Project.id)], newest_first=True)


def change(session: Session, project_id: UUID, *, version: int, changes: dict[str, Any]) -> Project:
    """Change name, description or settings if nobody did since `version`.

    Raises:
        StaleVersion: Somebody did.
        NameTaken: Another project has this name.
    """
    project = get(session, project_id)
    if "settings" in changes:
        merged = {**project.settings, **changes["settings"]}
        changes = {
            **changes,
            "settings": {key: value for key, value in merged.items() if value is not None},
        }
    try:
        with session.begin_nested():
            changed = session.scalar(
                update(Project)
                .where(Project.id == project_id, Project.version == version)
                .values(version=version + 1, **changes)
                .returning(Project.id)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise NameTaken("Another project has this name.", field="name") from None
    session.refresh(project)
    if changed is None:
        raise StaleVersion(current=str(project.version))
    return project
