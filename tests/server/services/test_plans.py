import pytest
from sqlalchemy.orm import Session

from server.db.models import Job, RoundChange
from server.rules.errors import BudgetExhausted, Conflict, RoundPaused
from server.rules.jobs import JobKind, JobTimes
from server.rules.rounds import RoundState
from server.rules.schedules import FireOutcome, ScheduleKind
from server.services import budgets, jobs, plans, rounds, schedules
from server.storage.local import LocalBlobs
from tests.world import World, label, label_map, new_world, start_round, submit, take, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs, pool=7)


class TestPlans:
    def test_a_number_a_share_of_the_pool_or_all_that_the_budget_allows(self, world: World) -> None:
        session, project_id = world.session, world.project_id
        assert plans.labels_of(session, project_id, {"k": 3}) == 3
        assert plans.labels_of(session, project_id, {"percent": 20}) == 1
        assert plans.labels_of(session, project_id, {"percent": 0.1}) == 1
        assert plans.labels_of(session, project_id, {"whole_budget": True}) == 7
        to_labelling(world, k=2)
        label(world, 2)
        assert plans.labels_of(session, project_id, {"percent": 40}) == 3, "of all images"
        assert plans.labels_of(session, project_id, {"whole_budget": True}) == 5

    def test_an_empty_budget_plans_nothing(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs, grant=0)
        with pytest.raises(BudgetExhausted):
            plans.labels_of(session, world.project_id, {"whole_budget": True})
        budgets.grant(session, world.project_id, amount=1, actor_id=None)
        assert plans.labels_of(session, world.project_id, {"whole_budget": True}) == 1


class TestPause:
    def test_no_more_items_are_given_out_but_what_is_held_is_submitted(self, world: World) -> None:
        round_id = to_labelling(world, k=3)
        held = take(world, world.add_person())
        rounds.pause(world.session, round_id, reason="classes change", actor_id=None)
        with pytest.raises(RoundPaused, match="paused: classes change"):
            take(world, world.add_person())
        submit(world, held, label_map(1))
        with pytest.raises(Conflict):
            rounds.pause(world.session, round_id, reason="again", actor_id=None)
        rounds.resume(world.session, round_id, actor_id=None)
        take(world, world.add_person())
        with pytest.raises(Conflict, match="not paused"):
            rounds.resume(world.session, round_id, actor_id=None)
        reasons = [each.reason for each in world.session.query(RoundChange)]
        assert reasons[-2:] == ["paused: classes change", "resumed"]

    def test_no_job_is_begun_until_it_is_resumed(self, world: World) -> None:
        session = world.session
        round_id = start_round(world, k=1)
        [job] = session.query(Job).filter_by(kind=JobKind.WARM_UP).all()
        rounds.pause(session, round_id, reason="the GPU is needed", actor_id=None)
        assert jobs.claim(session, job.id, owner="w", times=JobTimes()) is None
        rounds.resume(session, round_id, actor_id=None)
        assert session.info["announced_jobs"][-1] == (job.id, job.queue)
        assert jobs.claim(session, job.id, owner="w", times=JobTimes()) is not None

    def test_a_schedule_leaves_a_paused_round_alone_and_says_so(self, world: World) -> None:
        session = world.session
        round_id = to_labelling(world, k=3)
        made = schedules.create(
            session,
            world.project_id,
            kind=ScheduleKind.LABELS,
            cron=None,
            timezone="UTC",
            every=1,
            round_={"percent": 20},
            created_by=None,
        )
        label(world, 1)
        rounds.pause(session, round_id, reason="wait", actor_id=None)
        fire = schedules.fire_if_due(session, made.id)
        assert fire is not None
        assert fire.outcome is FireOutcome.SKIPPED
        assert fire.reason.endswith("round 1 is paused (wait)")
        assert rounds.get(session, round_id).state is RoundState.LABELLING
