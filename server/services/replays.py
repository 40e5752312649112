"""Replays: a round's selection made again from its manifest, as a job that compares the two.

A replay is no part of its round's loop: it may run at any time, and nothing waits for it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import Job
from server.rules.errors import Conflict
from server.rules.jobs import FINISHED, JobKind
from server.services import jobs, leases
from server.services.paging import AnySelect, Page, PageQuery, by_id, fetch


def request(session: Session, round_id: UUID, *, actor_id: UUID | None) -> Job:
    """Queue a replay of the round's selection, or return the one that is under way.

    Raises:
        Conflict: The round has chosen nothing yet.
    """
    round_ = leases.lock_round(session, round_id)
    if round_.manifest is None:
        raise Conflict("This round has not chosen its images yet.", field="round")
    running: Job | None = session.scalar(
        _of_round(round_id).where(Job.state.not_in(FINISHED)).limit(1)
    )
    if running is not None:
        return running
    return jobs.add(
        session,
        kind=JobKind.REPLAY,
        project_id=round_.project_id,
        params={"round_id": str(round_id)},
        created_by=actor_id,
    )


def of_round(session: Session, round_id: UUID, query: PageQuery) -> Page:
    """Return a page of the round's replays, newest first."""
    return fetch(session, _of_round(round_id), query, keys=[by_id(Job.id)], newest_first=True)


def selection_job(session: Session, round_id: UUID) -> Job:
    """Return the job that made the round's selection."""
    statement = select(Job).where(Job.round_id == round_id, Job.kind == JobKind.SELECT)
    return session.scalars(statement).one()


def _of_round(round_id: UUID) -> AnySelect:
    return select(Job).where(
        Job.kind == JobKind.REPLAY, Job.params["round_id"].as_string() == str(round_id)
    )
