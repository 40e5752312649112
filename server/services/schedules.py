"""Schedules: what is due, and one record of what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image, Mask, Schedule, ScheduleFire
from server.rules.errors import Invalid, NotFound, Refusal, StaleVersion
from server.rules.images import MaskOrigin, Split
from server.rules.rounds import RoundState
from server.rules.schedules import (
    OF_KIND,
    FireOutcome,
    ScheduleKind,
    labels_due,
    labels_missed,
)
from server.services import budgets, labelling, plans, rounds, schedule_times


def create(
    session: Session,
    project_id: UUID,
    *,
    kind: ScheduleKind,
    cron: str | None,
    timezone: str,
    every: int | None,
    round_: dict[str, Any],
    created_by: UUID | None,
    used_share: float | None = None,
    quiet: tuple[time, time] | None = None,
) -> Schedule:
    """Make a schedule that starts rounds like `round_` (a plan, strategy, seed, config).

    Args:
        quiet: Local times of day between which nothing starts by itself.
    """
    made = Schedule(
        project_id=project_id,
        kind=kind,
        cron=cron,
        timezone=timezone,
        every=every,
        used_share=used_share,
        quiet_since=quiet[0] if quiet else None,
        quiet_until=quiet[1] if quiet else None,
        counted=count_labels(session, project_id),
        round=round_,
        enabled=True,
        version=1,
        created_by=created_by,
        created_at=now(session),
    )
    _check(session, made)
    session.add(made)
    session.flush()
    return made


def change(
    session: Session, schedule_id: UUID, *, version: int, changes: Mapping[str, Any]
) -> Schedule:
    """Change a schedule if nobody did since `version`; its kind stays.

    Switched on again, it counts from now; with another clock, the next moment is one of it.

    Raises:
        StaleVersion: Somebody did.
        Invalid: A value that a schedule of this kind does not take.
    """
    schedule = session.get(Schedule, schedule_id, with_for_update=True, populate_existing=True)
    if schedule is None:
        raise NotFound
    if schedule.version != version:
        raise StaleVersion(current=str(schedule.version))
    for kind, name in OF_KIND.items():
        if name in changes and kind is not schedule.kind:
            raise Invalid(f"A schedule of kind {schedule.kind} has no {name!r}.", field=name)
    for name, value in changes.items():
        setattr(schedule, name, value)
    if changes.get("enabled"):
        schedule.counted = count_labels(session, schedule.project_id)
    if changes.keys() & {"cron", "timezone", "enabled"}:
        _check(session, schedule)
    schedule.version += 1
    session.flush()
    return schedule


def _check(session: Session, schedule: Schedule) -> None:
    """Refuse what cannot be waited for, and foresee when the clock is due next."""
    schedule_times.zone(schedule.timezone)
    if schedule.kind is ScheduleKind.CRON:
        schedule.next_fire_at = schedule_times.next_after(schedule, now(session))
    if schedule.kind is ScheduleKind.LABELS and (schedule.every is None or schedule.every < 1):
        raise Invalid("Say after how many new labels it fires: at least 1.", field="every")


def get(session: Session, schedule_id: UUID) -> Schedule:
    """Return the schedule, or raise `NotFound`."""
    found = session.get(Schedule, schedule_id)
    if found is None:
        raise NotFound
    return found


def delete(session: Session, schedule_id: UUID) -> None:
    """Remove a schedule and its records."""
    for fire in fires(session, schedule_id):
        session.delete(fire)
    session.flush()
    session.delete(get(session, schedule_id))


def fires(session: Session, schedule_id: UUID) -> list[ScheduleFire]:
    """Return what became of each due moment, newest first."""
    statement = (
        select(ScheduleFire)
        .where(ScheduleFire.schedule_id == schedule_id)
        .order_by(ScheduleFire.id.desc())
    )
    return list(session.scalars(statement))


def count_labels(session: Session, project_id: UUID) -> int:
    """Return how many pool images people have labelled."""
    statement = (
        select(func.count(func.distinct(Mask.image_id)))
        .join(Image, Image.id == Mask.image_id)
        .where(
            Image.project_id == project_id,
            Image.split == Split.POOL,
            Mask.origin == MaskOrigin.HUMAN,
        )
    )
    return session.scalar(statement) or 0


def due_ids(session: Session) -> list[UUID]:
    """Return the enabled schedules; which of them are due, `fire_if_due` tells under a lock."""
    return list(session.scalars(select(Schedule.id).where(Schedule.enabled).order_by(Schedule.id)))


def fire_if_due(session: Session, schedule_id: UUID) -> ScheduleFire | None:
    """Fire the schedule once for what is due, or return None.

    Any number of tickers may call this at once: the row is locked where rows have locks, and
    one due moment has one record whatever the locks did (a unique constraint).
    """
    schedule = session.scalar(
        select(Schedule)
        .where(Schedule.id == schedule_id, Schedule.enabled)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if schedule is None:
        return None
    quiet = schedule_times.is_quiet_at(schedule, now(session))
    if quiet and schedule.kind is not ScheduleKind.CRON:
        return None  # what it waits for is still there when the quiet hours are over
    missed = _missed(session, schedule)
    due = _DUE[schedule.kind](session, schedule)
    if due is None:
        return None
    fire = ScheduleFire(schedule_id=schedule.id, due=due, at=now(session), reason="", missed=missed)
    try:
        with session.begin_nested():
            outcome, reason, round_id = _act(session, schedule, due, quiet=quiet)
            more = f"; {missed} more were missed and are made up for by this one" if missed else ""
            fire.outcome, fire.reason, fire.round_id = outcome, reason + more, round_id
            session.add(fire)
    except IntegrityError:
        return None  # another ticker was first
    return fire


def _act(
    session: Session, schedule: Schedule, due: str, *, quiet: bool
) -> tuple[FireOutcome, str, UUID | None]:
    """Retrain with what is labelled, or start a round where none works."""
    reason = f"schedule: {_DESCRIBE[schedule.kind]} ({due})"
    if quiet:
        hours = f"{schedule.quiet_since:%H:%M} to {schedule.quiet_until:%H:%M}"
        return FireOutcome.SKIPPED, f"{reason}: quiet hours, {hours} {schedule.timezone}", None
    current = rounds.working(session, schedule.project_id)
    if current is not None and current.paused_reason is not None:
        skipped = f"{reason}: round {current.number} is paused ({current.paused_reason})"
        return FireOutcome.SKIPPED, skipped, current.id
    try:
        with session.begin_nested():
            if current is not None and current.state is RoundState.LABELLING:
                labelling.close(session, current.id, actor_id=None, reason=reason)
                return FireOutcome.STARTED, f"{reason}: round {current.number} retrains", current.id
            if current is not None:
                skipped = f"{reason}: round {current.number} is {current.state} already"
                return FireOutcome.SKIPPED, skipped, current.id
            config = dict(schedule.round.get("config", {}))
            made = rounds.create(
                session,
                schedule.project_id,
                k=plans.images_of(session, schedule.project_id, schedule.round, config),
                strategy=str(schedule.round.get("strategy", "entropy")),
                seed=int(schedule.round.get("seed", 0)),
                config=config,
                reason=reason,
                created_by=None,
            )
            rounds.start(session, made.id, actor_id=None)
            return FireOutcome.STARTED, f"{reason}: round {made.number} started", made.id
    except Refusal as refusal:
        return FireOutcome.SKIPPED, f"{reason}: {refusal.detail}", None


def _missed(session: Session, schedule: Schedule) -> int:
    """Return how many further moments passed unseen beside the one that is due."""
    if schedule.kind is ScheduleKind.CRON:
        return schedule_times.missed(schedule, now(session))
    if schedule.kind is ScheduleKind.LABELS and schedule.every is not None:
        labels = count_labels(session, schedule.project_id)
        return labels_missed(labels, counted=schedule.counted, every=schedule.every)
    return 0


def _cron_due(session: Session, schedule: Schedule) -> str | None:
    moment = now(session)
    due = schedule.next_fire_at
    if due is None or due > moment:
        return None
    # From now, not from `due`: missed periods coalesce into this one catch-up. A clock that is
    # set back cannot fire again, since the stored moment lies ahead of it.
    schedule.next_fire_at = schedule_times.next_after(schedule, moment)
    return due.isoformat()


def _labels_due(session: Session, schedule: Schedule) -> str | None:
    assert schedule.every is not None
    labels = count_labels(session, schedule.project_id)
    due = labels_due(labels, counted=schedule.counted, every=schedule.every)
    if due is None:
        return None
    schedule.counted = due
    return f"labels:{due}"


def _budget_due(session: Session, schedule: Schedule) -> str | None:
    balance = budgets.balance(session, schedule.project_id)
    share = 1.0 if schedule.used_share is None else schedule.used_share
    if balance.granted == 0 or balance.spent < share * balance.granted:
        return None
    due = f"budget:{balance.granted}"
    seen = select(ScheduleFire.id).where(
        ScheduleFire.schedule_id == schedule.id, ScheduleFire.due == due
    )
    return None if session.scalar(seen) else due


_DUE = {
    ScheduleKind.CRON: _cron_due,
    ScheduleKind.LABELS: _labels_due,
    ScheduleKind.BUDGET: _budget_due,
}
_DESCRIBE = {
    ScheduleKind.CRON: "the time came",
    ScheduleKind.LABELS: "enough new labels",
    ScheduleKind.BUDGET: "the budget is used",
}
