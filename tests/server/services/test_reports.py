"""A round's report, before and after its model."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.db.models import Round
from server.rules.budgets import BudgetUnit
from server.rules.errors import NotFound
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.rules.promotions import Outcome
from server.services import labelling, report_items, reports, results
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.world import (
    HEIGHT,
    TRAINED,
    WIDTH,
    World,
    finish_jobs,
    label_map,
    new_world,
    submit,
    take,
    to_labelling,
)

HALF = label_map(0)
HALF[:, : WIDTH // 2] = 1


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    made = new_world(session, blobs)
    made.add_image(Split.TEST, label=1)
    return made


def label(world: World) -> UUID:
    """Have two items of a round of three corrected: one half, one wholly; return the round."""
    round_id = to_labelling(world, k=3)
    person = world.add_person()
    for labels, seconds in ((HALF, 30), (label_map(1), 90)):
        lease = take(world, person)
        lease.started_at = lease.started_at.replace(year=2020)
        submit(world, lease, labels, Effort(active_seconds=seconds, clicks=2, strokes=3))
    return round_id


def report(world: World, round_id: UUID) -> reports.Report:
    return reports.of_round(world.session, world.session.get_one(Round, round_id))


def measured(world: World, confusion: list[list[int]], miou: float) -> None:
    [job] = finish_jobs(world.session, world.project_id, kind=JobKind.EVALUATE)
    results.evaluated(world.session, job.id, [results.Measured(Split.TEST, 1, confusion, miou)])


def test_what_people_did_is_told_before_there_is_a_model(world: World) -> None:
    found = report(world, label(world))

    assert found.model is None
    assert (found.changes, found.promotion, found.forecast) == ([], None, None)
    cost, area = found.cost, WIDTH * HEIGHT
    assert (cost.people, cost.minutes, cost.clicks, cost.strokes) == (1, 2, 4, 6)
    assert (cost.pixels, cost.changed_pixels) == (2 * area, area + area // 2)
    assert cost.spent == {BudgetUnit.IMAGES: 2}
    assert [each.changed_share for each in found.worst] == [1, 0.5]
    [pair] = found.confused
    assert (pair.said, pair.true, pair.pixels, pair.share) == ("road", "sky", 36, 1)
    assert pair.item.id == found.worst[0].item.id


def test_the_model_is_compared_with_the_one_before(world: World) -> None:
    session = world.session
    round_id = label(world)
    measured(world, [[6, 6], [6, 6]], 1 / 3)
    labelling.close(session, round_id, actor_id=None)
    [job] = finish_jobs(session, world.project_id, kind=JobKind.RETRAIN)
    results.trained(session, job.id, TRAINED)
    measured(world, [[12, 0], [0, 12]], 1.0)

    found = report(world, round_id)

    assert found.model is not None
    assert found.against is not None
    assert (found.model.version, found.against.version) == (2, 1)
    assert [(each.name, each.after) for each in found.changes] == [("road", 1), ("sky", 1)]
    assert [each.before for each in found.changes] == pytest.approx([1 / 3, 1 / 3])
    assert found.promotion is not None
    assert found.promotion.outcome is Outcome.PROMOTED
    assert [stage.number for stage in found.stages] == [1, 1]


def test_only_the_rounds_own_corrected_items_are_drawn(world: World) -> None:
    session = world.session
    round_id = label(world)
    [worst, _] = report(world, round_id).worst
    shown = report_items.comparison(session, round_id, worst.item.id)
    assert shown.before_sha256 == worst.item.prediction_sha256
    with pytest.raises(NotFound):
        report_items.comparison(session, world.project_id, worst.item.id)
