from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import Lease, Round
from server.rules.errors import Invalid
from server.rules.items import LeaseTimes
from server.rules.rounds import RoundState
from server.services import budgets, effort, items, masks, submissions
from server.services.masks import Effort
from server.storage.local import LocalBlobs
from tests.world import World, label_map, new_world, submit, take, to_labelling

TIMES = LeaseTimes()


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    world = new_world(session, blobs)
    to_labelling(world, k=2)
    return world


def test_keeps_the_mask_spends_one_and_says_what_changed(world: World) -> None:
    lease = take(world, world.add_person())
    labels = label_map(0)
    labels[0, :3] = 1

    done = submit(world, lease, labels)

    assert isinstance(done, submissions.Submission)
    assert done.changes == [effort.Change(before=0, after=1, pixels=3)]
    assert done.changed_share == pytest.approx(3 / labels.size)
    assert (done.balance.spent, done.balance.reserved) == (1, 0)
    kept = masks.newest(world.session, done.item.image_id)
    assert kept is not None
    assert np.array_equal(codecs.decode_png_labels(world.blobs.read(kept.sha256)), labels)


def test_the_last_submission_starts_the_retraining(world: World) -> None:
    person = world.add_person()
    for _ in range(2):
        submit(world, take(world, person), label_map(1))
    [round_] = world.session.query(Round).all()
    assert round_.state is RoundState.RETRAINING


@pytest.mark.parametrize(
    ("labels", "reason"),
    [(np.zeros((3, 3), np.uint8), "3 x 3, its image 6 x 4"), (label_map(9), "does not have: 9")],
)
def test_refuses_another_size_and_unknown_ids_and_charges_nothing(
    world: World, labels: codecs.Labels, reason: str
) -> None:
    lease = take(world, world.add_person())
    with pytest.raises(Invalid, match=reason):
        submit(world, lease, labels)
    assert budgets.balance(world.session, world.project_id).spent == 0


def run_out(world: World, lease: Lease) -> None:
    lease.expires_at -= timedelta(seconds=TIMES.length + 1)
    lease.heartbeat_at -= timedelta(seconds=TIMES.length + 1)
    world.session.flush()


def test_a_lease_that_ran_out_is_forgiven_while_the_item_is_free(world: World) -> None:
    lease = take(world, world.add_person())
    run_out(world, lease)
    items.expire_leases(world.session)
    done = submit(world, lease, label_map(1))
    assert isinstance(done, submissions.Submission)
    assert done.balance.spent == 1


def test_late_work_is_kept_as_a_draft_when_someone_else_has_the_item(world: World) -> None:
    late, other = take(world, world.add_person()), world.add_person()
    take(world, other)
    run_out(world, late)
    items.expire_leases(world.session)
    take(world, world.add_person())

    outcome = submit(world, late, label_map(1))

    assert isinstance(outcome, submissions.Kept)
    assert outcome.draft.late
    kept = codecs.decode_png_labels(world.blobs.read(outcome.draft.sha256))
    assert np.array_equal(kept, label_map(1))
    assert budgets.balance(world.session, world.project_id).spent == 0


def test_active_seconds_are_bounded_by_the_time_the_item_was_held(world: World) -> None:
    lease = take(world, world.add_person())
    done = submit(world, lease, label_map(1), Effort(active_seconds=3600, strokes=4))
    assert isinstance(done, submissions.Submission)
    assert done.mask.active_seconds is not None
    assert done.mask.active_seconds < 60
    assert done.mask.strokes == 4


def test_a_draft_grows_by_revisions(world: World) -> None:
    lease = take(world, world.add_person())
    for value in (0, 1):
        draft = submissions.save_draft(
            world.session,
            world.blobs,
            lease.item_id,
            user_id=lease.user_id,
            labels=label_map(value),
        )
    assert draft.revision == 2
    assert np.array_equal(codecs.decode_png_labels(world.blobs.read(draft.sha256)), label_map(1))
