"""Hidden truth: who gets it, that nobody can tell, that it buys and trains nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.engine import now
from server.db.models import Mask, Round, Truth
from server.rules.budgets import BudgetUnit
from server.rules.errors import Conflict
from server.rules.images import MaskOrigin, Split
from server.rules.items import ItemState, LeaseState
from server.rules.rounds import RoundState
from server.services import (
    budgets,
    candidates,
    items,
    labelling,
    masks,
    overview,
    people,
    reviews,
    truths,
)
from server.services.masks import Effort
from server.services.paging import PageQuery
from server.storage.local import LocalBlobs
from tests.server.services.checks import (
    ASKED,
    TIMES,
    TRUTHS,
    checked_world,
    image,
    item_of,
    take_hidden,
    work,
)
from tests.world import (
    World,
    label_map,
    ledger_matches,
    submit,
    take,
)


@pytest.fixture
def world(session: Session, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> World:
    return checked_world(session, blobs, monkeypatch)


class TestQueue:
    def test_a_person_gets_the_share_and_each_truth_once(self, world: World) -> None:
        person = world.add_person()
        done = work(world, person, 1, count=20)
        hidden = [item for item in done if item.hidden]
        assert 4 <= len(hidden) <= TRUTHS
        assert len({item.image_id for item in hidden}) == len(hidden)
        assert len({item.rank for item in done}) == 20  # no place twice: nothing to notice
        views = [overview.item(world.session, item.id) for item in done]
        assert {view.of for view in views} == {max(view.of for view in views)}
        assert all(item.rank <= views[0].of for item in done)

    def test_who_drew_the_truth_does_not_get_it(self, world: World) -> None:
        author = world.people[0]
        assert not any(item.hidden for item in work(world, author, 1, count=10))

    def test_giving_back_and_taking_again_gives_the_same(self, world: World) -> None:
        person = world.add_person()
        for _ in range(8):
            lease = take(world, person)
            items.release(world.session, lease.item_id, user_id=person, lease_id=lease.id)
            again = take(world, person)
            assert again.item_id == lease.item_id
            submit(world, again, label_map(1))

    def test_it_is_for_one_person_alone_even_in_silence(self, world: World) -> None:
        person, other = world.add_person(), world.add_person()
        lease = take_hidden(world, person)
        lease.heartbeat_at = lease.heartbeat_at.replace(year=2020)
        with pytest.raises(Conflict):
            items.lease(world.session, lease.item_id, user_id=other, times=TIMES)
        lease.expires_at = lease.heartbeat_at
        items.expire_leases(world.session)
        assert lease.state is LeaseState.EXPIRED
        with pytest.raises(Conflict):
            items.lease(world.session, lease.item_id, user_id=other, times=TIMES)
        items.lease(world.session, lease.item_id, user_id=person, times=TIMES)

    def test_an_annotator_lists_their_own_items_and_the_others_no_hidden_one(
        self, world: World
    ) -> None:
        person = world.add_person()
        lease = take_hidden(world, person)
        round_id = item_of(world, lease).round_id
        mine, _ = overview.items(world.session, round_id, PageQuery(), blind_for=person)
        assert lease.item_id in {view.item.id for view in mine}
        assert {view.item.taken_by for view in mine} == {person}
        every, _ = overview.items(world.session, round_id, PageQuery(limit=200))
        assert len(every) == ASKED
        assert not any(view.item.hidden for view in every)


class TestWorth:
    def test_it_buys_no_label_but_work_is_paid(self, world: World) -> None:
        budgets.grant(
            world.session,
            world.project_id,
            amount=10_000,
            actor_id=None,
            unit=BudgetUnit.SECONDS,
        )
        person = world.add_person()
        lease = take_hidden(world, person)
        before = budgets.balance(world.session, world.project_id)
        assert before.reserved == 0
        lease.started_at = lease.started_at.replace(year=2020)
        submit(world, lease, label_map(1), Effort(active_seconds=30))
        assert budgets.balance(world.session, world.project_id) == before
        assert ledger_matches(world.session, world.project_id)
        [figure] = people.figures(world.session, world.project_id, only=person)
        assert figure.minutes == 0.5

    def test_it_never_is_the_mask_nor_trained_on(self, world: World) -> None:
        def trained_on() -> list[candidates.Labelled]:
            moment = now(world.session)
            return candidates.labelled(world.session, world.project_id, Split.POOL, until=moment)

        before = trained_on()
        lease = take_hidden(world, world.add_person())
        image_id = item_of(world, lease).image_id
        truth = masks.newest(world.session, image_id)
        known = [row for row in before if row.mask_sha256 == (truth and truth.sha256)]
        submit(world, lease, label_map(0))
        assert masks.newest(world.session, image_id) == truth
        assert known
        masks.add_revision(  # and again, so that its number is above the truth's
            world.session,
            image_id=image_id,
            sha256=world.blobs.put(codecs.encode_png(label_map(0))),
            origin=MaskOrigin.HUMAN,
            class_list_id=world.class_list_id,
            author_id=lease.user_id,
            item_id=lease.item_id,
            apart=True,
        )
        after = trained_on()
        assert set(before) <= set(after)
        assert len({row.name for row in after}) == len(after)
        own = masks.of_item(world.session, item_of(world, lease))
        assert own is not None
        assert (own.apart, own.revision) == (True, 2)
        assert world.session.query(Truth).filter_by(image_id=image_id).one().mask_id != own.id

    def test_nobody_reviews_it(self, world: World) -> None:
        lease = take_hidden(world, world.add_person())
        submit(world, lease, label_map(0))
        waiting = reviews.waiting(world.session, world.project_id, PageQuery(limit=200))
        assert lease.item_id not in {row[1].id for row in waiting.rows}
        with pytest.raises(Conflict, match="check of the person"):
            reviews.approve(world.session, lease.item_id, reviewer_id=world.people[1], replaces=1)

    def test_labelling_ends_without_it(self, world: World) -> None:
        person = world.add_person()
        take_hidden(world, person)
        round_id = world.session.scalars(
            select(Round.id).where(Round.state == RoundState.LABELLING)
        ).one()
        author = world.people[0]
        while items.take(
            world.session, world.project_id, user_id=author, prefetch=False, times=TIMES
        ):
            work(world, author, 1, count=1)
        assert world.session.get_one(Round, round_id).state is RoundState.RETRAINING
        counts = labelling.item_counts(world.session, round_id)
        assert counts[ItemState.SUBMITTED] == ASKED


class TestMark:
    def test_only_approved_masks_once_are_truths(self, world: World) -> None:
        session = world.session
        image_id = session.scalars(select(Truth.image_id)).first()
        assert image_id is not None
        with pytest.raises(Conflict, match="marked already"):
            truths.mark(session, image(world, image_id), actor_id=world.people[1])
        lease = take(world, world.people[0])
        submit(world, lease, label_map(1))
        with pytest.raises(Conflict, match="a reviewer approved"):
            truths.mark(
                session, image(world, item_of(world, lease).image_id), actor_id=world.people[1]
            )
        page = truths.of_project(session, world.project_id, PageQuery())
        assert len(page.rows) == TRUTHS
        assert {(scores, mean) for _, _, scores, mean in page.rows} == {(0, None)}
        assert session.query(Mask).filter_by(apart=True).count() == 0
