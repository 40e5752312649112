"""What a monitoring system watches: counts of the database as it is now, in few queries."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Budget, Job, Lease, Metric, Model, Project
from server.rules.budgets import PROJECT, BudgetUnit
from server.rules.items import LeaseState
from server.rules.jobs import JobState


@dataclass(frozen=True)
class Pot:
    """A project's budget in one unit."""

    project: str
    unit: BudgetUnit
    spent: int
    reserved: int
    left: int


@dataclass(frozen=True)
class Pulse:
    """One look at the whole installation."""

    jobs: dict[tuple[str, str], int]
    """By kind and state."""
    oldest_seconds: dict[str, float]
    """By queue: how long its oldest job has been waiting."""
    leases: int
    """That people hold now."""
    ended: dict[str, int]
    """Leases that ended, by how: `submitted` are labels."""
    budgets: list[Pot]
    steps_per_second: dict[str, float]
    """By project: how fast its newest model was trained."""


def read(session: Session) -> Pulse:
    """Count everything once."""
    leases = _leases(session)
    return Pulse(
        jobs=_jobs(session),
        oldest_seconds=_waiting(session),
        leases=leases.pop(LeaseState.ACTIVE, 0),
        ended={state.value: count for state, count in leases.items()},
        budgets=_budgets(session),
        steps_per_second=_speeds(session),
    )


def _jobs(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state))
    return {(kind.value, state.value): count for kind, state, count in rows}


def _waiting(session: Session) -> dict[str, float]:
    moment = now(session)
    rows = session.execute(
        select(Job.queue, func.min(Job.created_at))
        .where(Job.state == JobState.QUEUED)
        .group_by(Job.queue)
    )
    return {queue: (moment - oldest).total_seconds() for queue, oldest in rows}


def _leases(session: Session) -> dict[LeaseState, int]:
    rows = session.execute(select(Lease.state, func.count()).group_by(Lease.state))
    return dict(rows.all())


def _budgets(session: Session) -> list[Pot]:
    rows = session.execute(
        select(Project.name, Budget.unit, Budget.spent, Budget.reserved, Budget.granted)
        .join(Project, Project.id == Budget.project_id)
        .where(Budget.holder == PROJECT)
    )
    return [
        Pot(name, unit, spent, reserved, granted - reserved - spent)
        for name, unit, spent, reserved, granted in rows
    ]


def _speeds(session: Session) -> dict[str, float]:
    newest = (
        select(Model.project_id, func.max(Model.version).label("version"))
        .group_by(Model.project_id)
        .subquery()
    )
    rows = session.execute(
        select(Project.name, func.max(Metric.step), Model.seconds)
        .join(Model, Model.project_id == Project.id)
        .join(
            newest,
            (newest.c.project_id == Model.project_id) & (newest.c.version == Model.version),
        )
        .join(Metric, Metric.job_id == Model.job_id)
        .group_by(Project.name, Model.seconds)
    )
    return {name: step / seconds for name, step, seconds in rows if seconds > 0}
