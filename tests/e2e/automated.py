"""What goes on without people: schedules and their fires, a webhook's deliveries, tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta

from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Delivery, Schedule, ScheduleFire, User
from server.rules.schedules import FireOutcome, ScheduleKind
from server.rules.webhooks import DeliveryState
from server.services import audit, schedules, tokens, webhooks
from tests.e2e.measured import Measured

ASK = {"k": 4, "strategy": "entropy", "config": {}}
DELIVERIES = (
    ("round.labelling", DeliveryState.DELIVERED, 200, None),
    ("item.submitted", DeliveryState.DELIVERED, 204, None),
    ("item.submitted", DeliveryState.FAILED, 503, "503 Service Unavailable"),
    ("round.closed", DeliveryState.WAITING, None, None),
)


def automate(session: Session, facts: Measured) -> None:
    """Add all of it, and the acts that made it."""
    add_fires(session, facts, add_schedules(session, facts))
    add_deliveries(session, facts)
    lead = session.get_one(User, facts.lead)
    for name in ("nightly export", "ci"):
        tokens.create(session, lead, name=name, project_id=facts.project_id, expires_in_days=90)
    for act, subject in acts(facts):
        audit.note(session, act, project_id=facts.project_id, actor_id=facts.lead, subject=subject)


def add_schedules(session: Session, facts: Measured) -> Schedule:
    """Add one by the clock, which is returned, and one by labels."""
    by_clock = schedules.create(
        session,
        facts.project_id,
        kind=ScheduleKind.CRON,
        cron="0 6 * * 1",
        timezone="Asia/Seoul",
        every=None,
        round_=ASK,
        created_by=facts.lead,
        quiet=(time(22), time(5)),
    )
    schedules.create(
        session,
        facts.project_id,
        kind=ScheduleKind.LABELS,
        cron=None,
        timezone="UTC",
        every=20,
        round_=ASK,
        created_by=facts.lead,
    )
    return by_clock


def add_fires(session: Session, facts: Measured, schedule: Schedule) -> None:
    """Have it been due three times."""
    started, skipped = FireOutcome.STARTED, FireOutcome.SKIPPED
    for weeks, outcome, reason, number in (
        (3, started, "round 3 started", 3),
        (2, started, "round 4 started", 4),
        (1, skipped, "round 5 is labelling already", 5),
    ):
        at = now(session) - timedelta(weeks=weeks)
        fire = ScheduleFire(schedule_id=schedule.id, due=at.isoformat(), outcome=outcome, at=at)
        fire.reason, fire.round_id = f"schedule: cron: {reason}", facts.rounds[number - 1]
        session.add(fire)


def add_deliveries(session: Session, facts: Measured) -> None:
    """Add a webhook to which some was delivered."""
    moment = now(session)
    hook, _ = webhooks.create(
        session,
        facts.project_id,
        url="https://example.org/hooks/labels",
        created_by=facts.lead,
    )
    for event, state, status, error in DELIVERIES:
        made = Delivery(webhook_id=hook.id, event=event, body={"event": event}, state=state)
        made.attempts, made.status, made.error = 1, status, error
        made.created_at = made.due_at = moment
        made.delivered_at = moment if state is DeliveryState.DELIVERED else None
        session.add(made)


def acts(facts: Measured) -> Iterable[tuple[str, object]]:
    """Return what leads did, and to what."""
    yield "project.created", facts.project_id
    yield "budget.granted", facts.project_id
    for round_id in facts.rounds:
        yield "round.created", round_id
        yield "round.started", round_id
    yield "member.put", facts.streets.world.people[1]
    yield "schedule.created", facts.project_id
