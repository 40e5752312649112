"""Schedules: what is due, and one record of what became of it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadCronError, croniter
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image, Mask, Schedule, ScheduleFire
from server.rules.errors import Invalid, NotFound, Refusal
from server.rules.images import MaskOrigin, Split
from server.rules.rounds import RoundState
from server.rules.schedules import FireOutcome, ScheduleKind, is_quiet, labels_due
from server.services import budgets, labelling, plans, rounds

MOST_COUNTED = 1000
"""Missed moments that a catch-up counts: after years of silence nobody needs the exact number."""


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
    """Make a schedule that starts rounds like `round_` (k, strategy, seed, config).

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
        created_by=created_by,
        created_at=now(session),
    )
    _zone(timezone)
    if kind is ScheduleKind.CRON:
        made.next_fire_at = _next_after(made, now(session))
    if kind is ScheduleKind.LABELS and (every is None or every < 1):
        raise Invalid("Say after how many new labels it fires: at least 1.", field="every")
    session.add(made)
    session.flush()
    return made


def get(session: Session, schedule_id: UUID) -> Schedule:
    """Return the schedule, or raise `NotFound`."""
    found = session.get(Schedule, schedule_id)
    if found is None:
        raise NotFound
    return found


def set_enabled(session: Session, schedule_id: UUID, *, enabled: bool) -> Schedule:
    """Switch a schedule on or off; switched on again, it counts from now."""
    schedule = get(session, schedule_id)
    schedule.enabled = enabled
    schedule.counted = count_labels(session, schedule.project_id)
    if schedule.kind is ScheduleKind.CRON:
        schedule.next_fire_at = _next_after(schedule, now(session))
    return schedule


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
    quiet = _is_quiet(session, schedule)
    if quiet and schedule.kind is not ScheduleKind.CRON:
        return None  # what it waits for is still there when the quiet hours are over
    missed = _missed(session, schedule)
    due = _DUE[schedule.kind](session, schedule)
    if due is None:
        return None
    fire = ScheduleFire(schedule_id=schedule.id, due=due, at=now(session), reason="")
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
            made = rounds.create(
                session,
                schedule.project_id,
                k=plans.labels_of(session, schedule.project_id, schedule.round),
                strategy=str(schedule.round.get("strategy", "entropy")),
                seed=int(schedule.round.get("seed", 0)),
                config=dict(schedule.round.get("config", {})),
                reason=reason,
                created_by=schedule.created_by,
            )
            rounds.start(session, made.id, actor_id=None)
            return FireOutcome.STARTED, f"{reason}: round {made.number} started", made.id
    except Refusal as refusal:
        return FireOutcome.SKIPPED, f"{reason}: {refusal.detail}", None


def _cron_due(session: Session, schedule: Schedule) -> str | None:
    moment = now(session)
    due = schedule.next_fire_at
    if due is None or due > moment:
        return None
    # From now, not from `due`: missed periods coalesce into this one catch-up. A clock that is
    # set back cannot fire again, since the stored moment lies ahead of it.
    schedule.next_fire_at = _next_after(schedule, moment)
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


def _next_after(schedule: Schedule, moment: datetime) -> datetime:
    zone = _zone(schedule.timezone)
    try:
        following = croniter(schedule.cron or "", moment.astimezone(zone)).get_next(datetime)
    except (CroniterBadCronError, ValueError) as error:
        raise Invalid(f"Not a cron expression: {error}", field="cron") from None
    assert isinstance(following, datetime)
    return following


def _missed(session: Session, schedule: Schedule) -> int:
    """Return how many further moments of the clock have passed since the one that is due."""
    if schedule.kind is not ScheduleKind.CRON or schedule.next_fire_at is None:
        return 0
    moment, following, missed = now(session), schedule.next_fire_at, 0
    while missed < MOST_COUNTED:
        following = _next_after(schedule, following)
        if following > moment:
            break
        missed += 1
    return missed


def _is_quiet(session: Session, schedule: Schedule) -> bool:
    if schedule.quiet_since is None or schedule.quiet_until is None:
        return False
    local = now(session).astimezone(_zone(schedule.timezone)).time()
    return is_quiet(local, since=schedule.quiet_since, until=schedule.quiet_until)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(f"No time zone {name!r}.", field="timezone") from None
