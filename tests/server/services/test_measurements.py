"""The newest measured model in full."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import codecs
from server.db.models import Image
from server.rules.errors import NotFound
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.services import measurements, results
from server.storage.local import LocalBlobs
from tests.world import World, finish_jobs, label_map, new_world, to_labelling


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    made = new_world(session, blobs)
    made.add_image(Split.TEST, label=1)
    made.add_image(Split.TEST, label=0)
    return made


def name_of(world: World, image_id: UUID) -> str:
    return world.session.scalars(select(Image.name).where(Image.id == image_id)).one()


def evaluate(world: World) -> str:
    """Hand in what the warm-up's evaluation would; return the blob of the worst image's mask."""
    session = world.session
    guess = world.blobs.put(codecs.encode_png(label_map(0)))
    [job] = finish_jobs(session, world.project_id, kind=JobKind.EVALUATE)
    bad, good = (name_of(world, each) for each in world.images[-2:])
    results.evaluated(
        session,
        job.id,
        [
            results.Measured(
                Split.TEST,
                2,
                [[24, 0], [24, 0]],
                0.25,
                calibration=[[0, 0.0, 0], [48, 43.2, 24]],
                worst=[results.Worst(bad, 0.0, guess), results.Worst(good, 1.0, guess)],
            )
        ],
    )
    session.flush()
    return guess


def test_nothing_is_known_before_a_model_was_measured(world: World) -> None:
    assert measurements.newest(world.session, world.project_id, Split.TEST) is None
    assert measurements.worst(world.session, world.project_id, limit=3) == (None, [])
    with pytest.raises(NotFound):
        measurements.comparison(world.session, world.project_id, world.images[-1])


def test_confusion_calibration_and_the_worst_images(world: World) -> None:
    session = world.session
    to_labelling(world, k=1)
    guess = evaluate(world)

    found = measurements.newest(session, world.project_id, Split.TEST)
    assert found is not None
    assert found.counts == [[24, 0], [24, 0]]
    [only] = found.calibration
    assert only.confidence == pytest.approx(0.9)
    assert (only.accuracy, only.share) == (0.5, 1)
    assert found.calibration_error == pytest.approx(0.4)
    assert measurements.newest(session, world.project_id, Split.VALIDATION) is None

    split, [worst] = measurements.worst(session, world.project_id, limit=1)
    assert (split, worst.image.id, worst.agreement) == (Split.TEST, world.images[-2], 0)
    shown = measurements.comparison(session, world.project_id, worst.image.id)
    assert shown.before_sha256 == guess
    assert (codecs.decode_png_labels(world.blobs.read(shown.after_sha256)) == 1).all()
    with pytest.raises(NotFound):
        measurements.comparison(session, world.project_id, world.images[0])
