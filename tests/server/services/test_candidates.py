from datetime import timedelta

from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Image
from server.rules.images import MaskOrigin, Split
from server.services import candidates, masks
from server.storage.local import LocalBlobs
from tests.world import new_world


def test_a_later_mask_does_not_change_what_an_earlier_moment_saw(
    session: Session, blobs: LocalBlobs
) -> None:
    world = new_world(session, blobs, source=2, pool=1)
    before = now(session)
    frozen = candidates.labelled(session, world.project_id, Split.TRAIN, until=before)
    for image_id in world.images:  # the pool's image too
        revision = masks.add_revision(
            session,
            image_id=image_id,
            sha256="f" * 64,
            origin=MaskOrigin.HUMAN,
            class_list_id=world.class_list_id,
        )
        revision.created_at = before + timedelta(seconds=1)
    session.flush()

    assert candidates.labelled(session, world.project_id, Split.TRAIN, until=before) == frozen
    assert len(candidates.unlabelled(session, world.project_id, until=before)) == 1
    later = before + timedelta(seconds=2)
    renewed = candidates.labelled(session, world.project_id, Split.TRAIN, until=later)
    assert {row.mask_sha256 for row in renewed} == {"f" * 64}
    assert candidates.unlabelled(session, world.project_id, until=later) == []


def test_quarantined_images_are_left_out_everywhere(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs, source=1, pool=1)
    for image_id in world.images:
        session.get_one(Image, image_id).quarantine_reason = "unreadable"
    session.flush()
    moment = now(session)
    assert candidates.count_labelled(session, world.project_id, Split.TRAIN) == 0
    assert candidates.count_unlabelled(session, world.project_id) == 0
    assert candidates.labelled(session, world.project_id, Split.TRAIN, until=moment) == []


def test_the_test_split_is_never_a_candidate(session: Session, blobs: LocalBlobs) -> None:
    world = new_world(session, blobs, pool=1)
    world.add_image(Split.TEST)
    world.add_image(Split.VALIDATION)
    found = candidates.unlabelled(session, world.project_id, until=now(session))
    assert [image.name for image in found] == ["pool-001"]
