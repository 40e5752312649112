from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Item, Lease, Round
from server.rules.errors import AssignmentSuperseded, Conflict, Invalid, NotFound, TooManyItems
from server.rules.items import ItemState, LeaseState, LeaseTimes
from server.rules.rounds import RoundState
from server.services import budgets, items, leases
from server.storage.local import LocalBlobs
from tests.world import World, new_world, take, to_labelling

TIMES = LeaseTimes()


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    world = new_world(session, blobs)
    to_labelling(world, k=4)
    return world


def age(world: World, lease: Lease, seconds: int) -> None:
    """Make the lease look as if its holder had been away for so long."""
    lease.heartbeat_at -= timedelta(seconds=seconds)
    lease.expires_at -= timedelta(seconds=seconds)
    world.session.flush()


class TestTake:
    def test_gives_items_by_rank_to_different_people(self, world: World) -> None:
        taken = [take(world, world.add_person()) for _ in range(4)]
        ranks = [world.session.get_one(Item, lease.item_id).rank for lease in taken]
        assert ranks == [1, 2, 3, 4]

    def test_gives_the_same_item_to_the_same_person_again(self, world: World) -> None:
        person = world.add_person()
        assert take(world, person).id == take(world, person).id

    def test_prefetch_gives_the_one_after_and_no_third(self, world: World) -> None:
        person = world.add_person()
        first = take(world, person)
        second = take(world, person, prefetch=True)
        assert first.item_id != second.item_id
        assert take(world, person, prefetch=True).id == second.id

    def test_gives_nothing_when_all_are_held(self, world: World) -> None:
        for _ in range(4):
            take(world, world.add_person())
        person = world.add_person()
        taken = items.take(
            world.session, world.project_id, user_id=person, prefetch=False, times=TIMES
        )
        assert taken is None

    def test_takes_over_from_who_is_silent_and_charges_once(self, world: World) -> None:
        taken = [take(world, world.add_person()) for _ in range(4)]
        age(world, taken[1], TIMES.silent + 1)
        other = take(world, world.add_person())
        assert other.item_id == taken[1].item_id
        assert taken[1].state is LeaseState.TAKEN_OVER
        assert other.fence == taken[1].fence + 1
        item = world.session.get_one(Item, other.item_id)
        assert leases.taken_from(world.session, item) == "P"
        with pytest.raises(AssignmentSuperseded) as refused:
            leases.live(
                world.session,
                other.item_id,
                user_id=taken[1].user_id,
                lease_id=taken[1].id,
            )
        assert refused.value.extra == {"ended": "taken_over", "holder": "P"}
        assert budgets.balance(world.session, world.project_id).reserved == 4


class TestLease:
    def test_refuses_what_someone_else_holds(self, world: World) -> None:
        held = take(world, world.add_person())
        with pytest.raises(Conflict, match="leased"):
            items.lease(world.session, held.item_id, user_id=world.add_person(), times=TIMES)

    def test_one_person_holds_three_at_most(self, world: World) -> None:
        person = world.add_person()
        first = take(world, person)
        all_items = world.session.query(Item).order_by(Item.rank).all()
        for item in all_items[1:3]:
            items.lease(world.session, item.id, user_id=person, times=TIMES)
        with pytest.raises(TooManyItems, match="hold 3"):
            items.lease(world.session, all_items[3].id, user_id=person, times=TIMES)
        assert first.state is LeaseState.ACTIVE


class TestEnds:
    def test_a_heartbeat_renews(self, world: World) -> None:
        lease = take(world, world.add_person())
        age(world, lease, 300)
        items.heartbeat(
            world.session, lease.item_id, user_id=lease.user_id, lease_id=lease.id, times=TIMES
        )
        left = (lease.expires_at - now(world.session)).total_seconds()
        assert left == pytest.approx(TIMES.length, abs=5)

    def test_a_heartbeat_after_the_end_is_refused(self, world: World) -> None:
        lease = take(world, world.add_person())
        age(world, lease, TIMES.length + 1)
        with pytest.raises(AssignmentSuperseded):
            items.heartbeat(
                world.session, lease.item_id, user_id=lease.user_id, lease_id=lease.id, times=TIMES
            )

    def test_another_persons_lease_does_not_exist(self, world: World) -> None:
        lease = take(world, world.add_person())
        with pytest.raises(NotFound):
            items.release(
                world.session, lease.item_id, user_id=world.add_person(), lease_id=lease.id
            )

    def test_release_refunds_and_opens(self, world: World) -> None:
        lease = take(world, world.add_person())
        items.release(world.session, lease.item_id, user_id=lease.user_id, lease_id=lease.id)
        assert world.session.get_one(Item, lease.item_id).state is ItemState.OPEN
        assert budgets.balance(world.session, world.project_id).left == 10

    def test_expiry_refunds_and_opens_only_what_ran_out(self, world: World) -> None:
        old, new = take(world, world.add_person()), take(world, world.add_person())
        age(world, old, TIMES.length + 1)
        assert items.expire_leases(world.session) == 1
        assert old.state is LeaseState.EXPIRED
        assert new.state is LeaseState.ACTIVE
        assert budgets.balance(world.session, world.project_id).reserved == 1

    def test_skipping_needs_a_reason(self, world: World) -> None:
        lease = take(world, world.add_person())
        with pytest.raises(Invalid) as refused:
            items.skip(
                world.session,
                lease.item_id,
                user_id=lease.user_id,
                lease_id=lease.id,
                reason="  ",
            )
        assert refused.value.fields[0].name == "reason"

    def test_skipping_everything_ends_the_labelling_and_costs_nothing(self, world: World) -> None:
        person = world.add_person()
        for _ in range(4):
            lease = take(world, person)
            items.skip(
                world.session, lease.item_id, user_id=person, lease_id=lease.id, reason="dark"
            )
        [round_] = world.session.query(Round).all()
        assert round_.state is RoundState.RETRAINING
        assert budgets.balance(world.session, world.project_id).left == 10
