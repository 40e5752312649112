"""How fast labels come in, and when the queue is empty."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.rules.items import ItemState
from server.services import throughput
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.world import World, label_map, new_world, submit, take, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs)


def test_nothing_is_foreseen_while_nobody_works(world: World) -> None:
    to_labelling(world, k=3)
    found = throughput.of_project(world.session, world.project_id)
    assert found.items[ItemState.OPEN] == 3
    assert (found.labels, found.per_hour, found.finish_at, found.people) == (0, None, None, [])


def test_the_last_hours_pace_says_when_the_queue_is_empty(world: World) -> None:
    session = world.session
    to_labelling(world, k=5)
    ann, bob = world.add_person(), world.add_person()
    moment = now(session)
    for person, minutes, seconds in ((ann, 30, 60), (ann, 20, 180), (bob, 90, 60)):
        lease = take(world, person)
        lease.started_at = moment - timedelta(minutes=minutes)
        submit(world, lease, label_map(1), Effort(active_seconds=seconds))
        if person == bob:
            lease.ended_at = moment - timedelta(minutes=61)
    take(world, bob)

    found = throughput.of_project(session, world.project_id)

    assert (found.items[ItemState.OPEN], found.items[ItemState.LEASED]) == (1, 1)
    assert found.labels == 2
    assert found.per_hour == pytest.approx(4, rel=0.01), "two in half an hour"
    assert found.finish_at is not None
    left = (found.finish_at - moment).total_seconds()
    assert left == pytest.approx(1800, rel=0.02), "two more at four an hour"
    first, second = found.people
    assert (first.labels, first.per_hour, first.holds) == (2, 30, 0)
    assert (second.labels, second.per_hour, second.holds) == (0, 60, 1)
