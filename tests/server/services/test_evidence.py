import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Evaluation, Item
from server.rules.images import Split
from server.rules.items import starts_blank
from server.services import evidence, people, promotions
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.world import World, label_map, new_world, submit, take, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs, pool=6)


def work(world: World, *, seconds: float, blank: bool, value: int = 0) -> None:
    """Have one new person label the next item, begun blank or not, in so many seconds."""
    lease = take(world, world.add_person())
    world.session.get_one(Item, lease.item_id).blank = blank
    lease.started_at = lease.started_at.replace(year=2020)
    submit(world, lease, label_map(value), Effort(active_seconds=seconds))


def test_savings_are_told_once_three_of_each_kind_were_timed(world: World) -> None:
    to_labelling(world, k=6)
    for number in range(3):
        work(world, seconds=100 + number, blank=True)
        assert evidence.effort_saved(world.session, world.project_id) is None
        if number < 2:
            work(world, seconds=50 + number, blank=False)
    work(world, seconds=52, blank=False)
    found = evidence.effort_saved(world.session, world.project_id)
    assert found is not None
    assert found.share == pytest.approx(0.495, abs=0.01)
    assert found.low < found.share < found.high
    assert (found.blank, found.prefilled) == (3, 3)


def test_pseudo_labels_are_as_right_as_people_left_them(world: World) -> None:
    to_labelling(world, k=4)
    work(world, seconds=1, blank=False, value=0)
    work(world, seconds=1, blank=False, value=1)
    [found] = evidence.pseudo_labels(world.session, world.project_id)
    assert (found.round, found.images, found.accuracy) == (1, 2, 0.5)


def test_the_newest_measured_models_confusions_come_largest_first(world: World) -> None:
    session = world.session
    assert evidence.confusions(session, world.project_id) == []
    to_labelling(world, k=1)
    model = promotions.serving(session, world.project_id)
    assert model is not None
    session.add(
        Evaluation(
            model_id=model.id,
            split=Split.TEST,
            images=1,
            confusion=[[6, 2], [3, 0]],
            miou=0.1,
            created_at=now(session),
        )
    )
    session.flush()
    first, second = evidence.confusions(session, world.project_id)
    assert (first.true, first.guessed, first.pixels, first.share) == ("sky", "road", 3, 1.0)
    assert (second.true, second.share) == ("road", 0.25)


def test_people_have_figures_of_their_own(world: World) -> None:
    to_labelling(world, k=4)
    work(world, seconds=30, blank=False, value=1)
    work(world, seconds=10, blank=False, value=0)
    first, second = people.figures(world.session, world.project_id)
    assert (first.labels, first.median_seconds, first.changed_share) == (1, 30, 1.0)
    assert (second.labels, second.skipped, second.changed_share) == (1, 0, 0.0)
    [own] = people.figures(world.session, world.project_id, only=world.people[1])
    assert own == second


def test_blank_starts_are_drawn_by_share_and_seed_alone() -> None:
    names = [f"image {number}" for number in range(2000)]
    drawn = [starts_blank(name, seed=3, share=0.2) for name in names]
    assert 340 < sum(drawn) < 460
    assert drawn == [starts_blank(name, seed=3, share=0.2) for name in names]
    assert drawn != [starts_blank(name, seed=4, share=0.2) for name in names]
    assert not any(starts_blank(name, seed=3, share=0) for name in names)
