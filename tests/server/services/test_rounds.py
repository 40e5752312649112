from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.db.models import Item, Job, Lease, Mask, Round, RoundChange, Score
from server.rules.errors import (
    BudgetExhausted,
    Conflict,
    IllegalTransition,
    Invalid,
    NoSourceLabels,
    NoTargetImages,
    Refusal,
    RoundRunning,
)
from server.rules.items import ItemState, LeaseState
from server.rules.jobs import JobKind, JobState
from server.rules.rounds import RoundState
from server.services import budgets, labelling, plans, results, round_views, rounds
from server.services.masks import Effort
from server.services.paging import PageQuery
from server.services.round_views import Spent
from server.storage.local import LocalBlobs
from tests.world import (
    TRAINED,
    finish_jobs,
    label,
    label_map,
    new_world,
    start_round,
    submit,
    take,
    to_labelling,
)


class TestStart:
    @pytest.mark.parametrize(
        ("makes", "k", "refusal", "field"),
        [
            ({"source": 0}, 1, NoSourceLabels, "source"),
            ({"pool": 0}, 1, NoTargetImages, "target"),
            ({"pool": 3}, 4, NoTargetImages, "k"),
            ({"grant": 0}, 1, BudgetExhausted, "budget"),
        ],
    )
    def test_names_what_is_missing(
        self,
        session: Session,
        blobs: LocalBlobs,
        makes: dict[str, int],
        k: int,
        refusal: type[Refusal],
        field: str,
    ) -> None:
        world = new_world(session, blobs, **makes)
        with pytest.raises(refusal) as refused:
            start_round(world, k=k)
        assert refused.value.fields[0].name == field
        assert session.query(Job).count() == 0

    def test_a_second_start_is_refused(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs)
        round_id = start_round(world, k=1)
        with pytest.raises(IllegalTransition):
            rounds.start(session, round_id, actor_id=None)

    def test_a_second_round_waits_for_the_first(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs)
        start_round(world, k=1)
        with pytest.raises(RoundRunning, match="warming_up"):
            start_round(world, k=1)

    def test_the_database_itself_refuses_two_working_rounds(
        self, session: Session, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world = new_world(session, blobs)
        start_round(world, k=1)
        monkeypatch.setattr(rounds, "working", lambda *_: None)  # as if the check had raced
        with pytest.raises(RoundRunning, match="Another round"):
            start_round(world, k=1)

    @pytest.mark.parametrize("k", [0, -1, rounds.MOST_ITEMS + 1])
    def test_k_is_bounded(self, session: Session, blobs: LocalBlobs, k: int) -> None:
        with pytest.raises(Invalid) as refused:
            start_round(new_world(session, blobs), k=k)
        assert refused.value.fields[0].name == "k"


@pytest.mark.parametrize(("percent", "k"), [(40, 2), (1, 1), (100, 5), (50, 2), (70, 4)])
def test_a_percentage_is_of_the_whole_pool_also_later(
    session: Session, blobs: LocalBlobs, percent: float, k: int
) -> None:
    world = new_world(session, blobs)
    assert plans.share_of_pool(session, world.project_id, percent=percent) == k
    to_labelling(world, k=2)
    label(world, 2)
    assert plans.share_of_pool(session, world.project_id, percent=percent) == k


class TestLoop:
    def test_runs_to_its_end_and_the_next_round_needs_no_warm_up(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs)
        round_id = to_labelling(world, k=2)
        label(world, 2)
        [job] = finish_jobs(session, world.project_id, kind=JobKind.RETRAIN)
        results.trained(session, job.id, TRAINED)
        for job in finish_jobs(session, world.project_id, kind=JobKind.EVALUATE):
            results.evaluated(session, job.id, [])
        changes = session.query(RoundChange).filter_by(round_id=round_id).order_by("number").all()
        assert [change.state for change in changes] == [
            state for state in RoundState if state is not RoundState.CANCELLED
        ]
        assert [change.act.value for change in changes] == [
            "planned", "started", "warmed_up", "chosen", "labelled", "retrained", "evaluated",
        ]  # fmt: skip
        second = rounds.get(session, start_round(world, k=2))
        assert second.state is RoundState.ACQUIRING
        jobs = session.query(Job).filter_by(round_id=second.id, kind=JobKind.ACQUIRE).all()
        assert sum(len(job.params["image_ids"]) for job in jobs) == 3  # of 5, two are labelled

    def test_every_candidates_score_is_kept_and_the_manifest_names_no_id(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs)
        round_ = rounds.get(session, to_labelling(world, k=2))
        assert session.query(Score).filter_by(round_id=round_.id).count() == 5
        assert round_.manifest is not None
        assert [each["rank"] for each in round_.manifest["chosen"]] == [1, 2]
        assert str(round_.project_id) not in str(round_.manifest)

    def test_the_same_selection_has_the_same_manifest(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        made = [rounds.get(session, to_labelling(new_world(session, blobs), k=2)) for _ in "ab"]
        manifests = [round_.manifest for round_ in made]
        names = [[each["name"] for each in (m or {})["chosen"]] for m in manifests]
        assert names[0] == names[1]
        assert manifests[0] == manifests[1]

    def test_the_used_budget_ends_the_labelling(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs, grant=1)
        round_id = to_labelling(world, k=3)
        label(world, 1)
        assert rounds.get(session, round_id).state is RoundState.RETRAINING


class TestHistory:
    def test_tells_who_did_what_and_why(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs)
        lead = world.add_person()
        made = rounds.create(
            session, world.project_id, k=1, strategy="entropy", seed=0, config={},
            reason="made by P", created_by=lead,
        )  # fmt: skip
        plans.change_quality(session, made.id, {"overlap": 1}, actor_id=lead)
        rounds.start(session, made.id, actor_id=None)
        rounds.pause(session, made.id, reason="fog", actor_id=lead)
        rounds.resume(session, made.id, actor_id=lead)
        session.query(Job).one().state = JobState.FAILED
        rounds.retry(session, made.id, actor_id=lead)
        rounds.cancel(session, made.id, actor_id=lead)

        page = round_views.history(session, made.id, PageQuery(limit=4))
        rest = round_views.history(session, made.id, PageQuery(cursor=page.cursor))

        told = [(row.act.value, row.reason, name) for row, name in (*page.rows, *rest.rows)]
        assert told[::-1] == [
            ("planned", "", "P"),
            ("plan_changed", "overlap 1", "P"),
            ("started", "", None),
            ("paused", "fog", "P"),
            ("resumed", "", "P"),
            ("retried", "warm up", "P"),
            ("cancelled", "", "P"),
        ]

    def test_a_round_knows_what_it_cost(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs)
        for _ in range(2):
            world.add_person()
        round_ = rounds.get(session, to_labelling(world, k=3, config={"overlap": 2}))
        assert round_views.spent(session, [round_])[round_.id] == Spent(0, 6, None)
        person = world.add_person()
        submit(world, take(world, person), label_map(1), Effort(active_seconds=30))
        submit(world, take(world, person), label_map(1), Effort(active_seconds=12))
        assert take(world, person), "what is only held costs nothing yet"
        found = round_views.spent(session, [round_])[round_.id]
        assert (found.labels, found.planned) == (2, 6)
        seconds = [mask.active_seconds or 0 for mask in session.query(Mask) if mask.item_id]
        assert len(seconds) >= 2  # bounded by how long each was held
        assert found.seconds == pytest.approx(sum(seconds))


class TestCloseLabelling:
    def test_needs_a_label(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs)
        round_id = to_labelling(world, k=3)
        with pytest.raises(Conflict, match="No label"):
            labelling.close(session, round_id, actor_id=None)

    def test_goes_on_with_what_there_is_and_refunds_who_still_holds(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs)
        round_id = to_labelling(world, k=3)
        label(world, 1)
        take(world, world.add_person())
        labelling.close(session, round_id, actor_id=None)
        assert rounds.get(session, round_id).state is RoundState.RETRAINING
        balance = budgets.balance(session, world.project_id)
        assert (balance.spent, balance.reserved) == (1, 0)


class TestCancel:
    def test_stops_jobs_ends_leases_and_keeps_labels(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs)
        round_id = to_labelling(world, k=3)
        label(world, 1)
        take(world, world.add_person())
        rounds.cancel(session, round_id, actor_id=None)
        session.expire_all()
        assert rounds.get(session, round_id).state is RoundState.CANCELLED
        assert [lease.state for lease in session.query(Lease).order_by(Lease.id)] == [
            LeaseState.SUBMITTED,
            LeaseState.CANCELLED,
        ]
        assert budgets.balance(session, world.project_id).reserved == 0
        evaluations = session.query(Job).filter_by(kind=JobKind.EVALUATE).all()
        assert {job.state for job in evaluations} == {JobState.CANCELLED}
        assert start_round(world, k=1)


def test_scoring_in_shards_makes_one_selection(
    session: Session, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SHARD_IMAGES", 2)
    world = new_world(session, blobs, pool=5)
    start_round(world, k=1)
    [job] = finish_jobs(session, world.project_id, kind=JobKind.WARM_UP)
    results.trained(session, job.id, TRAINED)
    shards = session.query(Job).filter_by(kind=JobKind.ACQUIRE).order_by(Job.part).all()
    assert [len(job.params["image_ids"]) for job in shards] == [2, 2, 1]
    for shard in shards:
        assert session.query(Job).filter_by(kind=JobKind.SELECT).count() == 0
        scores = {UUID(each): 0.5 for each in shard.params["image_ids"]}
        results.scored(session, shard.id, scores)
        shard.state = JobState.SUCCEEDED
        session.flush()
    assert session.query(Job).filter_by(kind=JobKind.SELECT).count() == 1
    assert session.query(Item).filter_by(state=ItemState.OPEN).count() == 0
    assert session.query(Round).one().state is RoundState.ACQUIRING
