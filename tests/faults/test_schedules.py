"""Three tickers, a clock that goes back, and ten missed periods: one fire per period."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.db.models import Schedule, ScheduleFire
from server.rules.schedules import FireOutcome, ScheduleKind
from server.services import schedules
from server.services.unit_of_work import unit_of_work
from tests.rows import new_project
from tests.servers.queue import RecordingQueue

START = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICKERS = 3
PERIODS = 100


class Clock:
    """What every ticker reads in place of the database's clock."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self, session: Session) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(schedules, "now", clock)
    return clock


def test_one_fire_per_period_whatever_the_clock_and_the_tickers_do(
    sessions: sessionmaker[Session], queue: RecordingQueue, clock: Clock
) -> None:
    with sessions.begin() as session:
        schedule_id = schedules.create(
            session,
            new_project(session).id,
            kind=ScheduleKind.CRON,
            cron="* * * * *",
            timezone="Europe/Berlin",
            every=None,
            round_={"k": 1},
            created_by=None,
        ).id

    barrier = Barrier(TICKERS)

    def tick(_: int) -> None:
        barrier.wait()
        with unit_of_work(sessions, queue) as session:
            schedules.fire_if_due(session, schedule_id)

    def tick_at(moment: datetime) -> None:
        clock.moment = moment
        list(pool.map(tick, range(TICKERS)))

    with ThreadPoolExecutor(TICKERS) as pool:
        for period in range(1, 51):
            tick_at(START + period * MINUTE)
        for again in range(0, 50, 10):  # an hour back: these minutes have had their fire
            tick_at(START + again * MINUTE - timedelta(minutes=10))
        for period in range(51, PERIODS + 1):
            tick_at(START + period * MINUTE)
        tick_at(START + (PERIODS + 10) * MINUTE)  # asleep for ten periods
        tick_at(START + (PERIODS + 10) * MINUTE)
        tick_at(START + (PERIODS + 11) * MINUTE)

    with sessions() as session:
        fires = session.scalars(
            select(ScheduleFire)
            .where(ScheduleFire.schedule_id == schedule_id)
            .order_by(ScheduleFire.id)
        ).all()
        following = session.get_one(Schedule, schedule_id).next_fire_at
    whole = START.replace(second=0)
    due = [whole + period * MINUTE for period in range(1, PERIODS + 1)]
    catch_up = whole + (PERIODS + 1) * MINUTE
    expected = [*due, catch_up, whole + (PERIODS + 11) * MINUTE]
    assert [datetime.fromisoformat(fire.due) for fire in fires] == expected
    assert {fire.outcome for fire in fires} == {FireOutcome.SKIPPED}
    assert all("has no class list" in fire.reason for fire in fires)
    made_up = [fire for fire in fires if "were missed" in fire.reason]
    assert [datetime.fromisoformat(fire.due) for fire in made_up] == [catch_up]
    assert "; 9 more were missed" in made_up[0].reason
    assert following == whole + (PERIODS + 12) * MINUTE
