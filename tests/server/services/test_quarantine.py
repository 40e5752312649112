from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db.models import AuditEntry, Image, Mask
from server.rules.errors import Conflict
from server.rules.images import Split
from server.services import candidates, quarantine
from server.services.quarantine import TooMuchUnreadable
from server.storage.local import LocalBlobs
from tests.world import World, new_world


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs, pool=5)


def pool(world: World) -> list[Image]:
    found = select(Image).where(Image.split == Split.POOL).order_by(Image.name)
    return list(world.session.scalars(found))


def leave_out(world: World, sha256: str) -> Image | None:
    return quarantine.leave_out(
        world.session, world.project_id, sha256=sha256, reason="its bytes have changed"
    )


def test_an_image_goes_by_its_own_bytes_or_its_masks_and_comes_back(world: World) -> None:
    session, image = world.session, pool(world)[0]
    assert leave_out(world, "f" * 64) is None
    assert leave_out(world, image.sha256) is image
    assert leave_out(world, image.sha256) is None, "it is left out already"
    assert candidates.count_unlabelled(session, world.project_id) == 4
    labelled = session.scalars(select(Mask)).one()
    assert leave_out(world, labelled.sha256) is session.get_one(Image, labelled.image_id)
    assert candidates.count_labelled(session, world.project_id, Split.TRAIN) == 0
    person = world.add_person()
    assert quarantine.take_back(session, image.id, actor_id=person).quarantine_reason is None
    assert candidates.count_unlabelled(session, world.project_id) == 5
    with pytest.raises(Conflict, match="not left out"):
        quarantine.take_back(session, image.id, actor_id=person)
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts[-3:] == ["image.left_out", "image.left_out", "image.taken_back"]


def test_another_projects_images_stay(world: World, session: Session) -> None:
    assert (
        quarantine.leave_out(session, UUID(int=1), sha256=pool(world)[0].sha256, reason="") is None
    )
    assert candidates.count_unlabelled(session, world.project_id) == 5


def test_more_than_a_few_of_a_hundred_are_the_storages_trouble(world: World) -> None:
    for image in pool(world)[: quarantine.FEW]:
        assert leave_out(world, image.sha256) is image
    with pytest.raises(TooMuchUnreadable, match="3 of 6 images are left out already"):
        leave_out(world, pool(world)[quarantine.FEW].sha256)
    assert candidates.count_unlabelled(world.session, world.project_id) == 2
    for _ in range(400):
        world.add_image(Split.TRAIN)
    assert leave_out(world, pool(world)[quarantine.FEW].sha256) is not None, "1 % of 406 is 4"
