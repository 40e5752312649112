from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Evaluation, Model
from server.rules.errors import Conflict, NotFound, WorseModel
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.promotions import Outcome
from server.services import jobs, predictions, promotions, results, rounds
from server.services.paging import PageQuery
from server.storage.local import LocalBlobs
from tests.rows import new_model
from tests.world import TRAINED, World, finish_jobs, label, new_world, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs)


def train(
    world: World,
    version: int,
    *,
    validation: float | None = None,
    confusion: list[list[int]] | None = None,
) -> Model:
    """Add a retrained model and its figures, as its two jobs would."""
    session = world.session
    made = rounds.create(
        session, world.project_id, k=1, strategy="random", seed=0, config={}, reason="",
        created_by=None,
    )  # fmt: skip
    job = jobs.add(
        session, kind=JobKind.RETRAIN, project_id=world.project_id, round_id=made.id, params={}
    )
    model = new_model(
        session, job, class_list_id=world.class_list_id, version=version, labels=version
    )
    if validation is not None:
        values: dict[str, Any] = {"images": 1, "miou": validation, "created_at": now(session)}
        counts = confusion or [[1, 0], [0, 1]]
        session.add(
            Evaluation(model_id=model.id, split=Split.VALIDATION, confusion=counts, **values)
        )
    promotions.measured(session, model)
    return model


def serving(world: World) -> int | None:
    found = promotions.serving(world.session, world.project_id)
    return found.version if found else None


def decisions(world: World) -> list[Outcome]:
    page = promotions.history(world.session, world.project_id, PageQuery())
    return [row[0].outcome for row in page.rows]


class TestGate:
    def test_a_better_model_serves_a_worse_one_does_not(self, world: World) -> None:
        assert serving(world) is None
        train(world, 1, validation=0.50)
        train(world, 2, validation=0.60)
        assert serving(world) == 2
        worse = train(world, 3, validation=0.55)
        assert serving(world) == 2
        assert decisions(world) == [Outcome.REFUSED, Outcome.PROMOTED, Outcome.PROMOTED]
        with pytest.raises(WorseModel, match=r"55\.00 % against 60\.00 %"):
            promotions.promote(world.session, worse.id, actor_id=world.add_person())
        assert serving(world) == 2

    def test_without_validation_the_newest_serves_and_the_reason_says_so(
        self, world: World
    ) -> None:
        train(world, 1, validation=0.9)
        train(world, 2)
        assert serving(world) == 2
        [last, _] = promotions.history(world.session, world.project_id, PageQuery()).rows
        assert last[0].reason == "no validation labels to compare the two by"

    def test_a_refused_model_alone_serves_nothing(self, world: World) -> None:
        first = train(world, 1, validation=0.9)
        assert serving(world) == 1
        with pytest.raises(Conflict, match="serves already"):
            promotions.promote(world.session, first.id, actor_id=world.add_person())

    def test_the_next_round_starts_from_who_serves(self, world: World) -> None:
        session = world.session
        to_labelling(world, k=1)
        label(world, 1)
        [job] = finish_jobs(session, world.project_id, kind=JobKind.RETRAIN)
        first, worse = promotions.serving(session, world.project_id), None
        assert first is not None
        session.add(evaluation(session, first, 0.9))
        worse = results.trained(session, job.id, TRAINED)
        done = finish_jobs(session, world.project_id, kind=JobKind.EVALUATE)
        figure = results.Measured(Split.VALIDATION, 1, [[1, 1], [1, 1]], 0.3)
        [evaluating] = [each for each in done if each.params["model_id"] == str(worse.id)]
        results.evaluated(session, evaluating.id, [figure])
        made = rounds.create(
            session, world.project_id, k=1, strategy="random", seed=0, config={}, reason="",
            created_by=None,
        )  # fmt: skip
        scoring = rounds.start(session, made.id, actor_id=None)
        assert scoring.params["model_id"] == str(first.id)


def evaluation(session: Session, model: Model, miou: float) -> Evaluation:
    return Evaluation(
        model_id=model.id,
        split=Split.VALIDATION,
        images=1,
        confusion=[[1]],
        miou=miou,
        created_at=now(session),
    )


class TestRollback:
    def test_the_earlier_predictions_are_served_at_once(self, world: World) -> None:
        session, image_id = world.session, world.images[-1]
        first = train(world, 1, validation=0.5)
        predictions.keep(session, first.id, {image_id: "a" * 64})
        second = train(world, 2, validation=0.6)
        with pytest.raises(NotFound):
            promotions.prediction(session, world.project_id, image_id)
        predictions.keep(session, second.id, {image_id: "b" * 64})
        assert served(world, image_id) == (2, "b" * 64)

        promotions.roll_back(session, world.project_id, actor_id=world.add_person())

        assert served(world, image_id) == (1, "a" * 64)
        with pytest.raises(Conflict, match="No earlier model"):
            promotions.roll_back(session, world.project_id, actor_id=world.people[0])

    def test_what_was_taken_back_is_no_earlier_model(self, world: World) -> None:
        for version, score in enumerate((0.5, 0.6, 0.7), start=1):
            train(world, version, validation=score)
        person = world.add_person()
        promotions.roll_back(world.session, world.project_id, actor_id=person)
        assert serving(world) == 2
        train(world, 4, validation=0.65)
        assert serving(world) == 4
        promotions.roll_back(world.session, world.project_id, actor_id=person)
        assert serving(world) == 2
        promotions.roll_back(world.session, world.project_id, actor_id=person)
        assert serving(world) == 1


def served(world: World, image_id: UUID) -> tuple[int, str]:
    model, sha256 = promotions.prediction(world.session, world.project_id, image_id)
    return model.version, sha256


def test_each_class_stands_beside_its_earlier_score(world: World) -> None:
    before = train(world, 1, validation=0.5, confusion=[[1, 1], [0, 2]])
    after = train(world, 2, validation=0.6, confusion=[[2, 0], [0, 2]])
    [road, sky] = promotions.changes(world.session, after, before, Split.VALIDATION)
    assert (road.name, road.before, road.after) == ("road", 0.5, 1.0)
    assert sky.before == pytest.approx(2 / 3)
    with pytest.raises(NotFound):
        promotions.changes(world.session, after, before, Split.TEST)


def test_predictions_are_asked_for_once_per_image(world: World) -> None:
    session = world.session
    with pytest.raises(Conflict, match="no model yet"):
        predictions.start(session, world.project_id, folder=None, roots=(), actor_id=None)
    model = train(world, 1)
    pool = predictions.wanted(session, world.project_id, model.id)
    assert len(pool) == 5
    predictions.keep(session, model.id, {pool[0].image_id: "a" * 64})
    predictions.keep(session, model.id, {pool[0].image_id: "b" * 64, pool[1].image_id: "c" * 64})
    left = predictions.wanted(session, world.project_id, model.id)
    assert [each.name for each in left] == [each.name for each in pool[2:]]
