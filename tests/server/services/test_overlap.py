"""Images that several people label: who gets which, what it costs, and the one mask of them."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import Comparison, Item, Lease, Mask, Round
from server.rules.errors import Conflict, Forbidden
from server.rules.images import VOID, MaskOrigin, Split
from server.rules.items import ItemState, LeaseTimes
from server.rules.roles import Role
from server.rules.rounds import RoundState
from server.services import budgets, candidates, items, masks, overlap, people, reviews
from server.storage.local import LocalBlobs
from tests.world import World, label_map, ledger_matches, new_world, submit, take, to_labelling

TIMES = LeaseTimes()


def asking(world: World, *, k: int, **config: object) -> UUID:
    """Bring a round with these settings to labelling."""
    return to_labelling(world, k=k, config=config)


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    world = new_world(session, blobs, pool=4)
    for _ in range(3):
        world.add_person()
    return world


def next_of(world: World, person: UUID) -> Lease | None:
    return items.take(world.session, world.project_id, user_id=person, prefetch=False, times=TIMES)


def work_off(world: World, *labels: int) -> None:
    """Have the first people take all that they may, each drawing a class of their own."""
    for person, label in zip(world.people, labels, strict=False):
        while (lease := next_of(world, person)) is not None:
            submit(world, lease, label_map(label))


def mask_of(world: World, image_id: UUID) -> codecs.Labels:
    mask = masks.newest(world.session, image_id)
    assert mask is not None
    return codecs.decode_png_labels(world.blobs.read(mask.sha256))


def image_of(world: World, lease: Lease) -> UUID:
    return world.session.get_one(Item, lease.item_id).image_id


class TestQueue:
    def test_exactly_so_many_images_go_to_so_many_people(self, world: World) -> None:
        asking(world, k=4, overlap=3, overlap_count=2)
        by_image: dict[UUID, int] = {}
        for item in world.session.query(Item):
            by_image[item.image_id] = by_image.get(item.image_id, 0) + 1
            assert item.slots in (1, 3)
        assert sorted(by_image.values()) == [1, 1, 3, 3]

    def test_nobody_labels_an_image_twice_and_labelling_ends_with_the_last(
        self, world: World
    ) -> None:
        round_id = asking(world, k=2, overlap=3)
        work_off(world, 1, 1)
        assert next_of(world, world.people[0]) is None
        assert world.session.get_one(Round, round_id).state is RoundState.LABELLING
        assert budgets.balance(world.session, world.project_id).spent == 4
        work_off(world, 1, 1, 1)
        assert world.session.get_one(Round, round_id).state is RoundState.RETRAINING
        assert budgets.balance(world.session, world.project_id).spent == 6
        taken = world.session.query(Item.image_id, Item.taken_by).all()
        assert len(set(taken)) == len(taken) == 6
        assert ledger_matches(world.session, world.project_id)

    def test_that_it_is_never_the_same_person_is_a_constraint(self, world: World) -> None:
        asking(world, k=1, overlap=2)
        first, second = world.session.query(Item).all()
        first.taken_by = second.taken_by = world.people[0]
        with pytest.raises(IntegrityError, match=r"items"):
            world.session.flush()

    def test_the_very_item_is_refused_to_who_has_another_of_its_image(self, world: World) -> None:
        asking(world, k=1, overlap=2)
        held = take(world, world.people[0])
        [other] = [each for each in world.session.query(Item) if each.id != held.item_id]
        with pytest.raises(Conflict):
            items.lease(world.session, other.id, user_id=world.people[0], times=TIMES)
        items.release(world.session, held.item_id, user_id=held.user_id, lease_id=held.id)
        items.lease(world.session, other.id, user_id=world.people[0], times=TIMES)

    def test_a_silent_holder_of_the_same_image_is_not_followed(self, world: World) -> None:
        asking(world, k=1, overlap=2)
        mine, theirs = take(world, world.people[0]), take(world, world.people[1])
        submit(world, mine, label_map(1))
        theirs.heartbeat_at = theirs.heartbeat_at.replace(year=2020)
        assert next_of(world, world.people[0]) is None
        followed = next_of(world, world.people[2])
        assert followed is not None
        assert followed.item_id == theirs.item_id

    def test_more_people_than_members_are_not_asked(self, world: World) -> None:
        with pytest.raises(Conflict, match="asks 4 people about an image; the project has 3"):
            asking(world, k=1, overlap=4)


class TestMask:
    def test_is_what_most_people_drew(self, world: World) -> None:
        asking(world, k=1, overlap=3)
        work_off(world, 1, 0)
        [image_id] = {item.image_id for item in world.session.query(Item)}
        assert (mask_of(world, image_id) == VOID).all()  # one word against another
        work_off(world, 1, 0, 1)
        assert (mask_of(world, image_id) == 1).all()
        newest = masks.newest(world.session, image_id)
        assert newest is not None
        assert (newest.origin, newest.author_id) == (MaskOrigin.MERGED, None)
        rows = candidates.labelled(
            world.session, world.project_id, Split.POOL, until=now(world.session)
        )
        assert [row.mask_sha256 for row in rows] == [newest.sha256]

    def test_is_what_a_reviewer_approved_whatever_comes_after(self, world: World) -> None:
        asking(world, k=1, overlap=3)
        reviewer = world.add_person(Role.REVIEWER)
        lease = take(world, world.people[0])
        submit(world, lease, label_map(0))
        reviews.approve(world.session, lease.item_id, reviewer_id=reviewer, replaces=1)
        for person in world.people[1:3]:
            submit(world, take(world, person), label_map(1))
        assert (mask_of(world, image_of(world, lease)) == 0).all()

    def test_is_the_reviewers_where_they_fixed_one(self, world: World) -> None:
        asking(world, k=1, overlap=2)
        reviewer = world.add_person(Role.REVIEWER)
        lease = take(world, world.people[0])
        submit(world, lease, label_map(0))
        reviews.fix(
            world.session,
            world.blobs,
            lease.item_id,
            reviewer_id=reviewer,
            replaces=1,
            labels=label_map(1),
        )
        submit(world, take(world, world.people[1]), label_map(0))
        assert (mask_of(world, image_of(world, lease)) == 1).all()
        [compared] = world.session.query(Comparison)  # the people's own, not the reviewer's
        assert [pair[:2] for pair in compared.confusion] == [[0, 0]]

    def test_a_returned_label_counts_again_as_it_is_then(self, world: World) -> None:
        asking(world, k=1, overlap=2)
        reviewer = world.add_person(Role.REVIEWER)
        lease = take(world, world.people[0])
        submit(world, lease, label_map(0))
        submit(world, take(world, world.people[1]), label_map(1))
        with pytest.raises(Forbidden):
            reviews.approve(world.session, lease.item_id, reviewer_id=world.people[0], replaces=1)
        remarks = [{"x": 0, "y": 0, "text": "sky"}]
        reviews.give_back(
            world.session, lease.item_id, reviewer_id=reviewer, replaces=1, remarks=remarks
        )
        again = take(world, world.people[0])
        submit(world, again, label_map(1))
        assert (mask_of(world, image_of(world, lease)) == 1).all()
        own = masks.of_item(world.session, world.session.get_one(Item, lease.item_id))
        assert own is not None
        assert (own.revision, own.apart) == (2, True)
        [compared] = world.session.query(Comparison)
        assert [pair[:2] for pair in compared.confusion] == [[1, 1]]
        figures = people.figures(world.session, world.project_id)
        shares = {person.user_id: person.returned_share for person in figures}
        assert [shares[person] for person in world.people[:2]] == [1.0, 0.0]
        assert budgets.balance(world.session, world.project_id).spent == 2

    def test_one_persons_label_is_no_revision_of_the_image(self, world: World) -> None:
        asking(world, k=1, overlap=2)
        lease = take(world, world.people[0])
        submit(world, lease, label_map(1))
        apart = world.session.query(Mask).filter_by(apart=True).one()
        with pytest.raises(Conflict, match="one person's label"):
            masks.restore(world.session, apart.id, replaces=1)

    def test_majority_leaves_ties_and_void_alone(self) -> None:
        maps = [
            np.array([[0, 0, 1, VOID, 2, VOID]], np.uint8),
            np.array([[0, 1, 1, 1, 1, VOID]], np.uint8),
            np.array([[0, 1, 0, VOID, 0, VOID]], np.uint8),
        ]
        assert overlap.majority(maps).tolist() == [[0, 1, 1, 1, VOID, VOID]]
        assert overlap.majority(maps[:1]) is not maps[0]
        assert overlap.majority(maps[:2]).tolist() == [[0, VOID, 1, 1, VOID, VOID]]


def test_pairs_agree_as_far_as_they_do(world: World) -> None:
    asking(world, k=1, overlap=3)
    half = label_map(0)
    half[:2] = 1
    for person, labels in zip(world.people, (half, half, label_map(0)), strict=True):
        submit(world, take(world, person), labels)
    found = people.pairs(world.session, world.project_id)
    names = sorted(person.name for person in people.figures(world.session, world.project_id))
    assert [(pair.first, pair.second, pair.images) for pair in found] == [
        (names[0], names[1], 1),
        (names[0], names[2], 1),
        (names[1], names[2], 1),
    ]
    assert found[0].agreement.kappa == 1.0
    assert found[1].agreement.kappa == 0.0
    assert found[1].agreement.miou == 0.25  # half of the road, nothing of the sky
    overall = people.all_together(world.session, world.project_id)
    assert overall is not None
    assert overall.pixels == 3 * half.size


def test_skipping_ends_ones_own_label_only(world: World) -> None:
    asking(world, k=1, overlap=2)
    lease = take(world, world.people[0])
    items.skip(
        world.session,
        lease.item_id,
        user_id=lease.user_id,
        lease_id=lease.id,
        reason="dark",
    )
    assert next_of(world, world.people[0]) is None
    submit(world, take(world, world.people[1]), label_map(1))
    states = sorted(item.state for item in world.session.query(Item))
    assert states == [ItemState.SKIPPED, ItemState.SUBMITTED]
