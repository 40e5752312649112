from uuid import UUID

import numpy as np
import pytest
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import Item, Lease, Mask, Round
from server.rules.errors import Conflict, Forbidden, Invalid, Refusal, StaleVersion
from server.rules.items import ItemState, LeaseTimes
from server.rules.roles import Role
from server.rules.rounds import RoundState
from server.services import budgets, items, masks, reviews, submissions
from server.services.paging import PageQuery
from server.storage.local import LocalBlobs
from tests.world import World, label_map, ledger_matches, new_world, submit, take, to_labelling

REMARKS = [{"x": 1, "y": 2, "text": "the kerb"}]


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    world = new_world(session, blobs)
    to_labelling(world, k=2)
    return world


@pytest.fixture
def lease(world: World) -> Lease:
    """An annotator's lease, whose item is submitted."""
    lease = take(world, world.add_person())
    submit(world, lease, label_map(1))
    return lease


@pytest.fixture
def reviewer(world: World) -> UUID:
    return world.add_person(Role.REVIEWER)


def give_back(world: World, lease: Lease, reviewer: UUID, revision: int = 1) -> None:
    reviews.give_back(
        world.session, lease.item_id, reviewer_id=reviewer, replaces=revision, remarks=REMARKS
    )


def state(world: World, lease: Lease) -> ItemState:
    return world.session.get_one(Item, lease.item_id, populate_existing=True).state


def round_state(world: World) -> RoundState:
    return world.session.query(Round).one().state


def waiting(world: World) -> list[Mask]:
    page = reviews.waiting(world.session, world.project_id, PageQuery())
    return [row[0] for row in page.rows]


def test_what_is_submitted_waits_until_it_is_approved(
    world: World, lease: Lease, reviewer: UUID
) -> None:
    assert [mask.item_id for mask in waiting(world)] == [lease.item_id]
    reviews.approve(world.session, lease.item_id, reviewer_id=reviewer, replaces=1)
    assert waiting(world) == []
    with pytest.raises(Conflict, match="approved already"):
        reviews.approve(world.session, lease.item_id, reviewer_id=reviewer, replaces=1)


def test_a_stale_version_and_ones_own_work_are_not_judged(
    world: World, lease: Lease, reviewer: UUID
) -> None:
    with pytest.raises(StaleVersion) as stale:
        reviews.approve(world.session, lease.item_id, reviewer_id=reviewer, replaces=0)
    assert stale.value.extra["current"] == "1"
    with pytest.raises(Forbidden):
        reviews.approve(world.session, lease.item_id, reviewer_id=lease.user_id, replaces=1)


def test_what_nobody_submitted_is_not_judged(world: World, reviewer: UUID) -> None:
    lease = take(world, world.add_person())
    with pytest.raises(Conflict, match="nothing to review"):
        reviews.approve(world.session, lease.item_id, reviewer_id=reviewer, replaces=0)


def test_a_remark_lies_inside_the_image(world: World, lease: Lease, reviewer: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        reviews.give_back(
            world.session,
            lease.item_id,
            reviewer_id=reviewer,
            replaces=1,
            remarks=[*REMARKS, {"x": 6, "y": 0, "text": "beside it"}],
        )
    assert refused.value.fields[0].name == "remarks.1"


def test_a_returned_item_comes_first_to_its_author_and_costs_nothing(
    world: World, lease: Lease, reviewer: UUID
) -> None:
    before = budgets.balance(world.session, world.project_id)
    give_back(world, lease, reviewer)
    assert waiting(world) == []
    other = take(world, world.add_person())
    assert other.item_id != lease.item_id, "it is nobody else's"

    again = take(world, lease.user_id)
    assert again.item_id == lease.item_id
    item = world.session.get_one(Item, lease.item_id)
    found = reviews.last_return(world.session, item)
    assert found is not None
    assert found[0].remarks == REMARKS
    done = submit(world, again, label_map(0))

    assert isinstance(done, submissions.Submission)
    assert done.mask.revision == 2
    assert state(world, lease) is ItemState.SUBMITTED
    assert reviews.last_return(world.session, item) is None
    assert [mask.revision for mask in waiting(world)] == [2]
    balance = budgets.balance(world.session, world.project_id)
    assert (balance.spent, balance.reserved) == (before.spent, 1), "the other's lease alone"
    assert ledger_matches(world.session, world.project_id)


def test_a_returned_item_that_is_put_back_stays_its_authors(
    world: World, lease: Lease, reviewer: UUID
) -> None:
    give_back(world, lease, reviewer)
    again = take(world, lease.user_id)
    with pytest.raises(Conflict, match="paid for"):
        items.skip(
            world.session,
            again.item_id,
            user_id=again.user_id,
            lease_id=again.id,
            reason="dark",
        )
    items.release(world.session, again.item_id, user_id=again.user_id, lease_id=again.id)
    assert state(world, lease) is ItemState.RETURNED
    with pytest.raises(Conflict, match="cannot be taken"):
        items.lease(world.session, lease.item_id, user_id=world.add_person(), times=LeaseTimes())
    assert take(world, lease.user_id).item_id == lease.item_id
    assert ledger_matches(world.session, world.project_id)


def test_labelling_waits_for_a_returned_item_and_a_fix_settles_it(
    world: World, lease: Lease, reviewer: UUID
) -> None:
    give_back(world, lease, reviewer)
    submit(world, take(world, world.add_person()), label_map(1))
    assert round_state(world) is RoundState.LABELLING
    labels = label_map(1)
    labels[0, 0] = 0

    reviews.fix(
        world.session,
        world.blobs,
        lease.item_id,
        reviewer_id=reviewer,
        replaces=1,
        labels=labels,
    )

    assert round_state(world) is RoundState.RETRAINING
    kept = masks.newest(world.session, world.session.get_one(Item, lease.item_id).image_id)
    assert kept is not None
    assert (kept.revision, kept.author_id) == (2, reviewer)
    assert np.array_equal(codecs.decode_png_labels(world.blobs.read(kept.sha256)), labels)
    assert world.session.get_one(Item, lease.item_id).approved_at is not None


def test_after_labelling_a_returned_item_is_still_corrected(
    world: World, lease: Lease, reviewer: UUID
) -> None:
    submit(world, take(world, world.add_person()), label_map(1))
    give_back(world, lease, reviewer)
    again = take(world, lease.user_id)
    assert isinstance(submit(world, again, label_map(0)), submissions.Submission)


class TestSubmittingAgain:
    """Two browsers of one person: the second one's submission finds another revision."""

    def send(
        self, world: World, lease: Lease, value: int, *, replaces: int | None
    ) -> submissions.Submission | submissions.Kept:
        return submissions.submit(
            world.session,
            world.blobs,
            lease.item_id,
            user_id=lease.user_id,
            lease_id=lease.id,
            labels=label_map(value),
            effort=masks.Effort(),
            times=LeaseTimes(),
            replaces=replaces,
        )

    def refusal(self, world: World, lease: Lease, *, replaces: int | None) -> Refusal:
        outcome = self.send(world, lease, 0, replaces=replaces)
        assert isinstance(outcome, submissions.Kept)
        kept = codecs.decode_png_labels(world.blobs.read(outcome.draft.sha256))
        assert np.array_equal(kept, label_map(0))
        return outcome.refusal

    def test_a_revision_not_seen_is_stale_and_the_work_kept(
        self, world: World, lease: Lease
    ) -> None:
        assert isinstance(self.refusal(world, lease, replaces=0), StaleVersion)

    def test_one_seen_is_followed_by_another_at_no_cost(self, world: World, lease: Lease) -> None:
        done = self.send(world, lease, 0, replaces=1)
        assert isinstance(done, submissions.Submission)
        assert (done.mask.revision, done.balance.spent) == (2, 1)
        assert ledger_matches(world.session, world.project_id)

    def test_not_without_naming_it_and_not_after_approval(
        self, world: World, lease: Lease, reviewer: UUID
    ) -> None:
        assert isinstance(self.refusal(world, lease, replaces=None), Conflict)
        reviews.approve(world.session, lease.item_id, reviewer_id=reviewer, replaces=1)
        assert isinstance(self.refusal(world, lease, replaces=1), Conflict)

    def test_a_draft_from_elsewhere_is_not_overwritten_unseen(self, world: World) -> None:
        lease = take(world, world.add_person())

        def save(replaces: int | None) -> int:
            return submissions.save_draft(
                world.session,
                world.blobs,
                lease.item_id,
                user_id=lease.user_id,
                labels=label_map(1),
                replaces=replaces,
            ).revision

        assert save(0) == 1
        with pytest.raises(StaleVersion):
            save(0)
        assert save(1) == 2
