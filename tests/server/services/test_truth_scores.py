"""Scores against hidden truth: whom they flag, and when people see their own."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import Delivery, Round, TruthScore
from server.rules.images import VOID
from server.rules.rounds import RoundState
from server.services import (
    labelling,
    masks,
    people,
    submissions,
    truths,
    webhooks,
)
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.server.services.checks import (
    TIMES,
    checked_world,
    finish,
    item_of,
    take_hidden,
    work,
)
from tests.world import (
    World,
    label_map,
    submit,
)


@pytest.fixture
def world(session: Session, blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> World:
    return checked_world(session, blobs, monkeypatch)


class TestScore:
    def test_a_planted_bad_annotator_is_flagged_within_twenty_items_and_a_good_one_is_not(
        self, world: World
    ) -> None:
        webhooks.create(world.session, world.project_id, url="https://example.org", created_by=None)
        bad, good = world.add_person(), world.add_person()
        work(world, bad, 0, count=20)  # leaves the model's mask as it is, wrong all over
        work(world, good, 1, count=8)
        figures = {each.user_id: each for each in people.figures(world.session, world.project_id)}
        found = figures[bad].hidden
        assert found is not None
        assert (found.mean, found.flagged_after) == (0.0, 4)
        assert found.high < 0.7
        fine = figures[good].hidden
        assert fine is not None
        assert (fine.mean, fine.flagged_after) == (1.0, None)
        events = world.session.scalars(select(Delivery.event)).all()
        assert events.count("person.flagged") == 1

    def test_ones_own_score_is_told_when_the_round_is_over(self, world: World) -> None:
        person = world.add_person()
        work(world, person, 1, count=10)
        [own] = people.figures(world.session, world.project_id, only=person)
        assert own.hidden is None
        assert own.labels == 10
        round_ = world.session.scalars(
            select(Round).where(Round.state == RoundState.LABELLING)
        ).one()
        labelling.close(world.session, round_.id, actor_id=None)
        finish(world)
        [own] = people.figures(world.session, world.project_id, only=person)
        assert own.hidden is not None
        assert own.hidden.mean == 1.0

    def test_what_is_submitted_again_is_scored_again(self, world: World) -> None:
        lease = take_hidden(world, world.add_person())
        for label, score in ((0, 0.0), (1, 1.0)):
            revision = masks.of_item(world.session, item_of(world, lease))
            submissions.submit(
                world.session,
                world.blobs,
                lease.item_id,
                user_id=lease.user_id,
                lease_id=lease.id,
                labels=label_map(label),
                effort=Effort(),
                times=TIMES,
                replaces=revision.revision if revision else 0,
            )
            found = world.session.scalars(
                select(TruthScore).where(TruthScore.item_id == lease.item_id)
            ).one()
            assert found.score == score

    def test_an_unmarked_image_is_given_and_scored_no_more(self, world: World) -> None:
        lease = take_hidden(world, world.add_person())
        truths.unmark(world.session, item_of(world, lease).image_id)
        before = world.session.query(TruthScore).count()
        submit(world, lease, label_map(0))
        assert world.session.query(TruthScore).count() == before

    def test_edges_do_not_count(self) -> None:
        truth = np.zeros((300, 400), np.uint8)
        truth[:, 200:] = 1
        kept = truths.away_from_edges(truth)
        void = np.flatnonzero((kept == VOID).any(axis=0))
        assert (void[0], void[-1]) == (199, 200)  # one pixel of each side at this size
        large = truths.away_from_edges(np.kron(truth, np.ones((4, 4), np.uint8)))
        assert (large == VOID).any(axis=0).sum() == 10
        assert codecs.encode_png(truths.away_from_edges(label_map(1))) == codecs.encode_png(
            label_map(1)
        )
