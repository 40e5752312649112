from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.db.models import Item, Job, Project, RoundChange
from server.rules.budgets import BudgetUnit
from server.rules.errors import BudgetExhausted, Conflict, RoundPaused
from server.rules.jobs import JobKind, JobTimes
from server.rules.rounds import RoundAct, RoundState
from server.rules.schedules import FireOutcome, ScheduleKind
from server.services import allowances, budgets, images, jobs, plans, rounds, schedules
from server.storage.local import LocalBlobs
from tests.world import World, label, label_map, new_world, start_round, submit, take, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs, pool=7)


class TestPlans:
    def test_a_number_a_share_of_the_pool_or_all_that_the_budget_allows(self, world: World) -> None:
        session, project_id = world.session, world.project_id
        assert plans.images_of(session, project_id, {"k": 3}, {}) == 3
        assert plans.images_of(session, project_id, {"percent": 20}, {}) == 1
        assert plans.images_of(session, project_id, {"percent": 0.1}, {}) == 1
        assert plans.images_of(session, project_id, {"whole_budget": True}, {}) == 7
        to_labelling(world, k=2)
        label(world, 2)
        assert plans.images_of(session, project_id, {"percent": 40}, {}) == 3, "of all images"
        assert plans.images_of(session, project_id, {"whole_budget": True}, {}) == 5

    def test_an_empty_budget_plans_nothing(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs, grant=0)
        with pytest.raises(BudgetExhausted):
            plans.images_of(session, world.project_id, {"whole_budget": True}, {})
        budgets.grant(session, world.project_id, amount=1, actor_id=None)
        assert plans.images_of(session, world.project_id, {"whole_budget": True}, {}) == 1


class TestCost:
    def cost(self, world: World, plan: dict[str, Any], **config: object) -> plans.Cost:
        return plans.cost(world.session, world.project_id, plan, config)

    def test_the_whole_budget_counts_every_label_of_an_image(self, world: World) -> None:
        whole = {"whole_budget": True}  # 10 labels, 7 images
        assert self.cost(world, whole).k == 7
        both = self.cost(world, whole, overlap=2)
        assert (both.k, both.labels, both.several, both.left) == (5, 10, 5, 10)
        some = self.cost(world, whole, overlap=3, overlap_count=2)
        assert (some.k, some.labels, some.several) == (6, 10, 2)
        with pytest.raises(BudgetExhausted, match="asks for 11, 10 left"):
            self.cost(world, whole, overlap=11)

    def test_what_is_asked_for_is_what_is_made(self, world: World) -> None:
        for _ in range(2):
            world.add_person()
        config = {"overlap": 2, "overlap_share": 0.5}
        told = self.cost(world, {"k": 4}, **config)
        round_id = to_labelling(world, k=4, config=config)
        made = world.session.query(Item).filter_by(round_id=round_id, hidden=False).count()
        assert (told.labels, told.people, made) == (6, 2, 6)

    def test_validation_and_known_truths(self, world: World) -> None:
        found = self.cost(world, {"k": 6}, validation_labels=9, hidden_share=0.25)
        assert (found.labels, found.validation, found.hidden) == (6, 3, 2)
        assert self.cost(world, {"k": 6}, hidden_share=0.25, regions=2).hidden == 0

    def test_money_once_a_label_has_a_price(self, world: World) -> None:
        assert self.cost(world, {"k": 2}).money is None
        allowances.set_rate(
            world.session, world.project_id, unit=BudgetUnit.IMAGES, rate=1.5, currency="EUR"
        )
        found = self.cost(world, {"k": 2}, overlap=2)
        assert (found.money, found.currency) == (6, "EUR")

    def test_the_projects_own_settings_count_and_the_rounds_word_is_newer(
        self, world: World
    ) -> None:
        project = world.session.get_one(Project, world.project_id)
        project.settings = {"overlap": 2, "overlap_share": 0.5}
        assert self.cost(world, {"k": 4}).labels == 6
        assert self.cost(world, {"k": 4}, overlap_count=1).labels == 5

    def test_between_how_many_groups_the_choice_is_shared(self, world: World) -> None:
        assert self.cost(world, {"k": 2}).groups == 1
        images.put_in_group(world.session, world.project_id, world.images[-2:], name="north")
        assert self.cost(world, {"k": 2}).groups == 2
        assert self.cost(world, {"k": 2}, group_quota="none").groups == 1


class TestGroupQuota:
    def test_equal_shares_need_groups(self, world: World) -> None:
        with pytest.raises(Conflict, match="no groups") as refused:
            start_round(world, k=2, config={"group_quota": "equal"})
        assert refused.value.fields[0].name == "group_quota"
        images.put_in_group(world.session, world.project_id, world.images[-2:], name="north")
        start_round(world, k=2, config={"group_quota": "equal"})


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
        changes = world.session.query(RoundChange).order_by(RoundChange.number).all()
        reasons = [each.reason for each in changes]
        assert [each.act for each in changes][-2:] == [RoundAct.PAUSED, RoundAct.RESUMED]
        assert reasons[-2:] == ["classes change", ""]

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
