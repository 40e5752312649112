from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Evaluation, Forecast
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.services import advice, jobs
from server.services.masks import Effort
from server.services.paging import PageQuery
from server.storage.local import LocalBlobs
from tests.rows import new_model, new_round
from tests.world import World, label_map, new_world, submit, take, to_labelling


def measure(
    world: World, round_id: UUID, version: int, labels: int, **scores: float
) -> Forecast | None:
    """Add a retrained model with these scores by split, as its evaluation's job would."""
    session = world.session
    job = jobs.add(
        session,
        kind=JobKind.RETRAIN,
        project_id=world.project_id,
        round_id=round_id,
        part=version,
        params={},
    )
    model = new_model(
        session, job, class_list_id=world.class_list_id, version=version, labels=labels
    )
    for split, miou in scores.items():
        session.add(
            Evaluation(
                model_id=model.id,
                split=Split(split),
                images=1,
                confusion=[[1]],
                miou=miou,
                created_at=now(session),
            )
        )
    return advice.measured(session, model)


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs)


@pytest.fixture
def round_id(world: World) -> UUID:
    return new_round(world.session, world.project_id).id


def forecasts(world: World) -> list[Forecast]:
    page = advice.past(world.session, world.project_id, PageQuery())
    return [row[0] for row in page.rows]


def test_silent_before_the_third_round_then_every_forecast_meets_its_answer(
    world: World, round_id: UUID
) -> None:
    session = world.session
    assert measure(world, round_id, 1, 10, test=0.50) is None
    assert measure(world, round_id, 2, 20, test=0.58) is None
    assert advice.current(session, world.project_id) is None
    made = measure(world, round_id, 3, 30, test=0.62)
    assert made is not None
    assert made.answer_score is None

    measure(world, round_id, 4, 45, test=0.645)

    newest, first = forecasts(world)
    assert first.id == made.id
    assert (first.answer_labels, first.answer_score) == (45, 0.645)
    assert first.answer_middle is not None
    assert first.answer_middle > first.middle, "the answer saw 15 labels, the forecast 10"
    assert newest.answer_score is None
    assert advice.record(session, world.project_id) == advice.Record(answered=1, held=1)


def test_a_missed_forecast_is_counted_as_missed(world: World, round_id: UUID) -> None:
    for version, score in enumerate((0.5, 0.58, 0.62, 0.3), start=1):
        measure(world, round_id, version, 10 * version, test=score)
    assert advice.record(world.session, world.project_id) == advice.Record(answered=1, held=0)


def test_validation_is_looked_at_where_every_model_has_it(world: World, round_id: UUID) -> None:
    for version, score in enumerate((0.5, 0.58, 0.62), start=1):
        measure(world, round_id, version, 10 * version, test=0.9, validation=score)
    found = advice.current(world.session, world.project_id)
    assert found is not None
    assert found.split is Split.VALIDATION
    assert found.score == 0.62
    measure(world, round_id, 4, 40, test=0.9)
    found = advice.current(world.session, world.project_id)
    assert found is not None
    assert found.split is Split.TEST


def test_the_sentence_names_gain_interval_time_and_plateau(
    session: Session, blobs: LocalBlobs
) -> None:
    world = new_world(session, blobs)
    round_id = to_labelling(world, k=2)
    person = world.add_person()
    lease = take(world, person)
    lease.started_at = lease.started_at.replace(year=2020)
    submit(world, lease, label_map(1), Effort(active_seconds=120))
    for version, score in enumerate((0.5, 0.58, 0.62), start=10):
        measure(world, round_id, version, version, test=score)
    found = advice.current(session, world.project_id)
    assert found is not None
    assert found.minutes == 20
    assert found.says.startswith("The next 10 labels: +")
    assert "points of mIoU (90 % interval " in found.says
    assert ", 20 minutes; you are at " in found.says
    assert found.says.endswith(" % of the plateau.")
    more = advice.current(session, world.project_id, ahead=40)
    assert more is not None
    assert more.worth.middle > found.worth.middle > 0
