from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, sessionmaker

from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Job, Round, Schedule, ScheduleFire
from server.rules.errors import Invalid, StaleVersion
from server.rules.jobs import JobKind
from server.rules.rounds import RoundState
from server.rules.schedules import FireOutcome, ScheduleKind
from server.services import rounds, schedules
from server.storage.local import LocalBlobs
from tests.world import World, label, new_world, to_labelling


def new_schedule(
    world: World,
    kind: ScheduleKind,
    *,
    cron: str | None = None,
    timezone: str = "UTC",
    every: int | None = None,
    used_share: float | None = None,
    quiet: tuple[time, time] | None = None,
) -> Schedule:
    return schedules.create(
        world.session,
        world.project_id,
        kind=kind,
        cron=cron,
        timezone=timezone,
        every=every,
        round_={"k": 1},
        created_by=None,
        used_share=used_share,
        quiet=quiet,
    )


def test_five_new_labels_start_one_retraining_and_a_second_tick_none(
    session: Session, blobs: LocalBlobs
) -> None:
    world = new_world(session, blobs, pool=8)
    round_id = to_labelling(world, k=8)
    schedule = new_schedule(world, ScheduleKind.LABELS, every=5)
    label(world, 4)
    assert schedules.fire_if_due(session, schedule.id) is None
    label(world, 1)

    fire = schedules.fire_if_due(session, schedule.id)

    assert fire is not None
    assert fire.outcome is FireOutcome.STARTED
    assert fire.due == "labels:5"
    assert "enough new labels" in fire.reason
    assert rounds.get(session, round_id).state is RoundState.RETRAINING
    assert session.query(Job).filter_by(kind=JobKind.RETRAIN).count() == 1
    assert schedules.fire_if_due(session, schedule.id) is None
    assert session.query(Job).filter_by(kind=JobKind.RETRAIN).count() == 1


def test_two_tickers_that_saw_the_same_moment_fire_once(
    sessions: sessionmaker[Session], blobs: LocalBlobs
) -> None:
    with sessions.begin() as session:
        world = new_world(session, blobs)
        schedule_id = new_schedule(world, ScheduleKind.CRON, cron="* * * * *").id
        due = session.get_one(Schedule, schedule_id)
        due.next_fire_at = now(session) - timedelta(minutes=3)
        stored = due.next_fire_at

    def tick() -> ScheduleFire | None:
        with sessions.begin() as session:
            # What a ticker without any lock would have read.
            session.get_one(Schedule, schedule_id).next_fire_at = stored
            session.flush()
            return schedules.fire_if_due(session, schedule_id)

    fires = [tick(), tick()]
    assert fires[0] is not None
    assert fires[1] is None


def test_missed_periods_coalesce_into_one_catch_up(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs)
    schedule = new_schedule(world, ScheduleKind.CRON, cron="0 * * * *")
    schedule.next_fire_at = now(session) - timedelta(hours=10)
    session.flush()
    assert schedules.fire_if_due(session, schedule.id) is not None
    assert schedule.next_fire_at > now(session)
    assert schedules.fire_if_due(session, schedule.id) is None


def test_what_a_catch_up_makes_up_for_is_counted(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs, pool=8)
    by_clock = new_schedule(world, ScheduleKind.CRON, cron="0 * * * *")
    by_clock.next_fire_at = now(session).replace(minute=0, second=0) - timedelta(hours=10)
    fire = schedules.fire_if_due(session, by_clock.id)
    assert fire is not None
    assert (fire.missed, fire.due) == (10, fire.due)
    assert fire.reason.endswith("10 more were missed and are made up for by this one")
    rounds.cancel(session, rounds.get(session, fire.round_id or uuid7()).id, actor_id=None)
    to_labelling(world, k=7)
    by_labels = new_schedule(world, ScheduleKind.LABELS, every=2)
    label(world, 6)
    fire = schedules.fire_if_due(session, by_labels.id)
    assert fire is not None
    assert (fire.missed, fire.due) == (2, "labels:6")


class TestChange:
    def test_another_clock_is_foreseen_anew(self, session: Session, blobs: LocalBlobs) -> None:
        made = new_schedule(new_world(session, blobs), ScheduleKind.CRON, cron="0 3 * * *")
        changes = {"cron": "30 6 * * *", "timezone": "Asia/Seoul", "round": {"percent": 5}}
        changed = schedules.change(session, made.id, version=1, changes=changes)
        assert changed.next_fire_at is not None
        assert changed.next_fire_at.utctimetuple()[3:5] == (21, 30)
        assert (changed.round, changed.version) == ({"percent": 5}, 2)

    def test_only_of_the_version_that_was_read(self, session: Session, blobs: LocalBlobs) -> None:
        made = new_schedule(new_world(session, blobs), ScheduleKind.LABELS, every=5)
        schedules.change(session, made.id, version=1, changes={"every": 7})
        with pytest.raises(StaleVersion, match="current version is 2"):
            schedules.change(session, made.id, version=1, changes={"every": 9})
        assert made.every == 7

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"cron": "often"}, "cron"),
            ({"timezone": "Moon/Base"}, "timezone"),
            ({"every": 3}, "every"),
            ({"used_share": 0.5}, "used_share"),
        ],
    )
    def test_what_it_cannot_be_is_refused(
        self, session: Session, blobs: LocalBlobs, changes: dict[str, object], field: str
    ) -> None:
        made = new_schedule(new_world(session, blobs), ScheduleKind.CRON, cron="0 3 * * *")
        with pytest.raises(Invalid) as refused:
            schedules.change(session, made.id, version=1, changes=changes)
        assert refused.value.fields[0].name == field

    def test_switched_on_again_it_counts_from_now(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs)
        to_labelling(world, k=4)
        made = new_schedule(world, ScheduleKind.LABELS, every=2)
        schedules.change(session, made.id, version=1, changes={"enabled": False})
        label(world, 2)
        assert schedules.fire_if_due(session, made.id) is None
        schedules.change(session, made.id, version=2, changes={"enabled": True})
        assert schedules.fire_if_due(session, made.id) is None
        label(world, 1)
        schedules.change(session, made.id, version=3, changes={"every": 1})
        assert schedules.fire_if_due(session, made.id) is not None, "a label since it was on"


def test_a_moment_that_cannot_be_used_is_recorded_with_its_reason(
    session: Session, blobs: LocalBlobs
) -> None:
    world = new_world(session, blobs, source=0)
    schedule = new_schedule(world, ScheduleKind.CRON, cron="* * * * *")
    schedule.next_fire_at = now(session) - timedelta(minutes=1)
    session.flush()
    fire = schedules.fire_if_due(session, schedule.id)
    assert fire is not None
    assert fire.outcome is FireOutcome.SKIPPED
    assert "no labelled source image" in fire.reason
    assert fire.round_id is None
    assert session.query(Round).count() == 0


def test_a_busy_project_is_left_alone(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs, pool=2)
    round_id: UUID = to_labelling(world, k=2)
    schedule = new_schedule(world, ScheduleKind.LABELS, every=2)
    label(world, 2)  # the round retrains by itself now
    fire = schedules.fire_if_due(session, schedule.id)
    assert fire is not None
    assert fire.outcome is FireOutcome.SKIPPED
    assert "retraining already" in fire.reason
    assert fire.round_id == round_id


def test_cron_keeps_to_its_time_zone(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs)
    schedule = new_schedule(world, ScheduleKind.CRON, cron="30 6 * * *", timezone="Asia/Seoul")
    assert schedule.next_fire_at is not None
    assert (schedule.next_fire_at.hour, schedule.next_fire_at.minute) in {(21, 30), (6, 30)}
    assert schedule.next_fire_at.utctimetuple().tm_hour == 21


@pytest.mark.parametrize(
    ("kind", "cron", "timezone", "every", "field"),
    [
        (ScheduleKind.CRON, "whenever", "UTC", None, "cron"),
        (ScheduleKind.CRON, "* * * * *", "Moon/Base", None, "timezone"),
        (ScheduleKind.LABELS, None, "UTC", 0, "every"),
    ],
)
def test_bad_schedules_name_the_field(
    session: Session,
    blobs: LocalBlobs,
    kind: ScheduleKind,
    cron: str | None,
    timezone: str,
    every: int | None,
    field: str,
) -> None:
    world = new_world(session, blobs)
    with pytest.raises(Invalid) as refused:
        new_schedule(world, kind, cron=cron, timezone=timezone, every=every)
    assert refused.value.fields[0].name == field


class TestQuietHours:
    def at(self, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
        monkeypatch.setattr(schedules, "now", lambda _: moment)

    def test_the_clock_is_recorded_as_skipped(
        self, session: Session, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = new_world(session, blobs)
        self.at(monkeypatch, datetime(2026, 3, 1, 21, 59, tzinfo=UTC))
        made = new_schedule(
            world,
            ScheduleKind.CRON,
            cron="0 * * * *",
            timezone="Europe/Berlin",
            quiet=(time(22), time(6)),
        )
        self.at(monkeypatch, datetime(2026, 3, 1, 22, 1, tzinfo=UTC))
        fire = schedules.fire_if_due(session, made.id)
        assert fire is not None
        assert fire.outcome is FireOutcome.SKIPPED
        assert fire.reason.endswith("quiet hours, 22:00 to 06:00 Europe/Berlin")
        self.at(monkeypatch, datetime(2026, 3, 2, 5, 1, tzinfo=UTC))  # 6:01 in Berlin
        fire = schedules.fire_if_due(session, made.id)
        assert fire is not None
        assert fire.outcome is FireOutcome.STARTED

    def test_labels_wait_for_the_morning(
        self, session: Session, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = new_world(session, blobs)
        to_labelling(world, k=3)
        made = new_schedule(
            world, ScheduleKind.LABELS, every=1, quiet=(time(0), time(23, 59, 59, 999999))
        )
        label(world, 1)
        self.at(monkeypatch, datetime(2026, 3, 1, 12, tzinfo=UTC))
        assert schedules.fire_if_due(session, made.id) is None
        made.quiet_since = made.quiet_until = None
        assert schedules.fire_if_due(session, made.id) is not None


def test_fires_when_a_share_of_the_budget_is_used(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs, grant=4)
    to_labelling(world, k=4)
    made = new_schedule(world, ScheduleKind.BUDGET, used_share=0.5)
    label(world, 1)
    assert schedules.fire_if_due(session, made.id) is None
    label(world, 1)
    fire = schedules.fire_if_due(session, made.id)
    assert fire is not None
    assert fire.outcome is FireOutcome.STARTED
