"""A round that asks for windows of its images keeps nothing outside of them."""

import numpy as np
import pytest
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import Round
from server.rules.roles import Role
from server.services import masks, regions, reviews, submissions
from server.storage.local import LocalBlobs
from tests.world import label_map, new_world, submit, take, to_labelling


def test_outside_of_the_boxes_is_void() -> None:
    labels = np.arange(24, dtype=np.uint8).reshape(4, 6)

    kept = regions.only_inside(labels, [(0, 0, 2, 1), (3, 4, 4, 6)])

    assert kept.tolist() == [
        [0, 255, 255, 255, 255, 255],
        [6, 255, 255, 255, 255, 255],
        [255] * 6,
        [255, 255, 255, 255, 22, 23],
    ]
    assert regions.only_inside(labels, []) is labels


@pytest.mark.parametrize(("boxes", "changed"), [([[0, 0, 4, 2]], 8), (None, 24)])
def test_a_submission_keeps_and_counts_only_what_was_asked_for(
    session: Session, blobs: LocalBlobs, boxes: list[list[int]] | None, changed: int
) -> None:
    world = new_world(session, blobs)
    round_id = to_labelling(world, k=1)
    round_ = session.get_one(Round, round_id)
    assert round_.manifest is not None
    [entry] = round_.manifest["chosen"]
    if boxes is not None:
        round_.manifest = {**round_.manifest, "regions": {entry["name"]: boxes}}
    session.flush()

    lease = take(world, world.add_person())
    done = submit(world, lease, label_map(1))

    assert isinstance(done, submissions.Submission)
    assert sum(change.pixels for change in done.changes) == changed
    mask = masks.newest(session, done.item.image_id)
    assert mask is not None
    kept = codecs.decode_png_labels(blobs.read(mask.sha256))
    assert (kept == 1).sum() == changed
    assert (kept[:, 2:] == (255 if boxes else 1)).all()

    reviews.fix(
        session,
        blobs,
        lease.item_id,
        reviewer_id=world.add_person(Role.REVIEWER),
        replaces=mask.revision,
        labels=label_map(1),
    )
    fixed = masks.newest(session, done.item.image_id)
    assert fixed is not None
    assert fixed.sha256 == mask.sha256, "a reviewer's own pixels outside are void as well"
