"""Schedules as people read them; `schedules` is what fires them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import Schedule, ScheduleFire
from server.services.paging import Page, PageQuery, by_id, fetch


def of_project(session: Session, project_id: UUID, query: PageQuery) -> Page:
    """Return a page of schedules, oldest first."""
    statement = select(Schedule).where(Schedule.project_id == project_id)
    return fetch(session, statement, query, keys=[by_id(Schedule.id)])


def fires(session: Session, schedule_id: UUID, query: PageQuery) -> Page:
    """Return a page of what became of each due moment, newest first."""
    statement = select(ScheduleFire).where(ScheduleFire.schedule_id == schedule_id)
    return fetch(session, statement, query, keys=[by_id(ScheduleFire.id)], newest_first=True)
