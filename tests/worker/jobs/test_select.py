"""Selection by diversity and by regions: the jobs' own handlers, from scores to items."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image as Picture
from sqlalchemy import select as rows
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.base import uuid7
from server.db.engine import now
from server.db.models import Image, Item, Job, Round, Score
from server.rules.errors import Conflict
from server.rules.images import MaskOrigin, Split
from server.rules.jobs import JobKind, JobState
from server.services import candidates, masks, results, rounds
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.queue import RecordingQueue
from tests.worker.jobs.claiming import claim, run_claimed
from tests.world import TRAINED, finish_jobs, new_world
from worker.context import JobContext, Record, Resources
from worker.jobs import acquire, data, select
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.models import save_model
from worker.ml.networks import build_network

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SIZE = 64


class Selector:
    """A project whose pool holds pictures, and the handlers of one round."""

    def __init__(
        self, settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        settings = settings.model_copy(update={"threads": 1})
        self.resources = Resources(settings, sessions, blobs, RecordingQueue())
        self.folder = folder
        with sessions.begin() as session:
            self.world = new_world(session, blobs)
            pool = rows(Image).where(Image.split == Split.POOL).order_by(Image.name)
            for number, image in enumerate(session.scalars(pool)):
                image.sha256 = blobs.put(picture(number))
                image.width = image.height = SIZE

    def label(self, name: str) -> None:
        with self.resources.sessions.begin() as session:
            image = session.scalars(rows(Image).where(Image.name == name)).one()
            mask = np.zeros((SIZE, SIZE), np.uint8)
            sha256 = self.resources.blobs.put(codecs.encode_png(mask))
            masks.add_revision(
                session,
                image_id=image.id,
                sha256=sha256,
                origin=MaskOrigin.HUMAN,
                class_list_id=self.world.class_list_id,
            )

    def select(self, *, k: int, strategy: str, **config: Any) -> UUID:
        """Run a round up to its items."""
        round_id = self.start(k=k, strategy=strategy, **config)
        self.work(JobKind.ACQUIRE, acquire.run)
        self.work(JobKind.SELECT, select.run)
        return round_id

    def start(self, *, k: int, strategy: str, **config: Any) -> UUID:
        """Start a round whose first model is trained already."""
        config_of = StageConfig(
            network=NetworkConfig(classes=2, pretrained=False, decoder=16, embedding=8)
        )
        save_model(self.folder / "model", build_network(config_of.network), config_of, {})
        files = data.keep_model(self.resources.blobs, self.folder / "model")
        with self.resources.sessions.begin() as session:
            round_ = rounds.create(
                session, self.world.project_id, k=k, strategy=strategy, seed=0, config=config,
                reason="test", created_by=None,
            )  # fmt: skip
            rounds.start(session, round_.id, actor_id=None)
            [job] = finish_jobs(session, self.world.project_id, kind=JobKind.WARM_UP)
            results.trained(session, job.id, replace(TRAINED, files=files))
        return round_.id

    def again(self, kind: JobKind, run: Callable[[JobContext], Record]) -> None:
        """Work on the job once more, as after an attempt that has ended."""
        with self.resources.sessions.begin() as session:
            job = session.scalars(rows(Job).where(Job.kind == kind)).one()
            job.state, job.lease_until = JobState.QUEUED, None
        self.work(kind, run)

    def work(self, kind: JobKind, run: Callable[[JobContext], Record]) -> dict[str, Any]:
        """Do the one job of a kind; return its result."""
        sessions = self.resources.sessions
        with sessions.begin() as session:
            job_id = session.scalars(rows(Job.id).where(Job.kind == kind)).one()
        return run_claimed(claim(self.resources, job_id), run)


def picture(number: int) -> bytes:
    """Noise, a little of it in the first pictures, and in the first two alike."""
    rng = np.random.default_rng(max(1, number))
    noise = rng.integers(0, 1 + 60 * max(1, number), (SIZE, SIZE, 3))
    file = io.BytesIO()
    Picture.fromarray(noise.clip(0, 255).astype(np.uint8)).save(file, "PNG")
    # The same pixels in other bytes: equal files would be one image.
    return file.getvalue() + bytes(number)


@pytest.fixture
def selector(
    settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs, tmp_path: Path
) -> Selector:
    return Selector(settings, sessions, blobs, tmp_path / "work")


def test_core_set_leaves_out_what_looks_like_a_labelled_image(
    selector: Selector, session: Session
) -> None:
    selector.label("pool-001")

    round_id = selector.select(k=3, strategy="core_set")

    items = session.scalars(rows(Item).where(Item.round_id == round_id).order_by(Item.rank)).all()
    names = [session.get_one(Image, item.image_id).name for item in items]
    assert set(names) == {"pool-003", "pool-004", "pool-005"}
    assert [item.score for item in items] == sorted((item.score for item in items), reverse=True)
    reason = session.scalars(rows(Score.reason).where(Score.rank == 1)).one()
    assert reason is not None
    assert reason.startswith("core_set")


@pytest.mark.parametrize("strategy", ["entropy", "random"])
def test_regions_are_in_the_manifest_and_the_guess_is_void_outside(
    selector: Selector, session: Session, strategy: str
) -> None:
    round_id = selector.select(k=2, strategy=strategy, regions=3)

    manifest = session.get_one(Round, round_id).manifest
    assert manifest is not None
    assert set(manifest["regions"]) == {each["name"] for each in manifest["chosen"]}
    for item in session.scalars(rows(Item).where(Item.round_id == round_id)):
        asked = np.zeros((SIZE, SIZE), bool)
        for top, left, bottom, right in manifest["regions"][
            session.get_one(Image, item.image_id).name
        ]:
            asked[top:bottom, left:right] = True
        assert asked.sum() == 3 * (SIZE // 4) ** 2
        guess = codecs.decode_png_labels(selector.resources.blobs.read(item.prediction_sha256))
        assert (guess[~asked] == 255).all()
        assert (guess[asked] < 2).all()


def test_each_item_has_its_superpixels_and_the_second_best_classes(
    selector: Selector, session: Session
) -> None:
    round_id = selector.select(k=2, strategy="entropy")

    for item in session.scalars(rows(Item).where(Item.round_id == round_id)):
        assert item.second_sha256
        assert item.chances_sha256
        assert item.superpixels_sha256
        read = selector.resources.blobs.read
        second = codecs.decode_png_labels(read(item.second_sha256))
        assert second.shape == (SIZE // 4, SIZE // 4)
        assert set(np.unique(second)) <= {0, 1}
        chances = codecs.decode_png_labels(read(item.chances_sha256)).astype(int)
        best, next_best = np.split(chances, 2)
        assert best.shape == second.shape
        assert (best >= next_best).all()
        assert (abs(best + next_best - 255) <= 1).all(), "of two classes the two are all"
        header = zlib.decompress(read(item.superpixels_sha256))[:8]
        assert struct.unpack("<II", header) == (SIZE, SIZE)


def test_whole_images_have_no_regions_in_the_manifest(selector: Selector, session: Session) -> None:
    manifest = session.get_one(Round, selector.select(k=2, strategy="margin")).manifest

    assert manifest is not None
    assert "regions" not in manifest


class TestValidation:
    """A random part of what the first rounds ask for is measured on, and never learnt from."""

    def test_a_part_is_drawn_from_all_of_the_pool_and_leaves_it(
        self, selector: Selector, session: Session
    ) -> None:
        round_id = selector.select(k=3, strategy="entropy", validation_labels=1, regions=2)

        round_ = session.get_one(Round, round_id)
        assert round_.manifest is not None
        [name] = round_.manifest["validation"]
        image = session.scalars(rows(Image).where(Image.name == name)).one()
        assert image.split is Split.VALIDATION
        listed = session.scalars(rows(Item).where(Item.round_id == round_id)).all()
        assert len(listed) == 3
        assert [item.image_id for item in listed if item.blank] == [image.id]
        assert round_.manifest["regions"][name] == [], "all of it is measured on"
        why = session.scalars(rows(Score.reason).where(Score.image_id == image.id)).one()
        assert why == "drawn at random for validation"

    def test_its_label_is_measured_on_and_trains_nothing(
        self, selector: Selector, session: Session
    ) -> None:
        manifest = session.get_one(
            Round, selector.select(k=2, strategy="random", validation_labels=1)
        ).manifest
        assert manifest is not None
        [name] = manifest["validation"]
        session.commit()  # readers hold the file, too
        selector.label(name)

        until = now(session)
        of = selector.world.project_id
        [measured_on] = candidates.labelled(session, of, Split.VALIDATION, until=until)
        learnt = candidates.labelled(session, of, Split.TRAIN, Split.POOL, until=until)
        assert measured_on.name == name
        assert name not in {each.name for each in learnt}
        assert name not in {each.name for each in candidates.unlabelled(session, of, until=until)}

    def test_at_most_half_of_a_round(self, selector: Selector, session: Session) -> None:
        round_id = selector.select(k=5, strategy="core_set", validation_labels=9)

        manifest = session.get_one(Round, round_id).manifest
        assert manifest is not None
        assert len(manifest["validation"]) == 2
        assert len(manifest["chosen"]) == 5

    def test_what_the_project_has_is_not_asked_for_again(
        self, selector: Selector, session: Session
    ) -> None:
        with selector.resources.sessions.begin() as other:
            image = other.scalars(rows(Image).where(Image.name == "pool-001")).one()
            image.split = Split.VALIDATION
        selector.label("pool-001")

        round_id = selector.select(k=4, strategy="entropy", validation_labels=1)

        manifest = session.get_one(Round, round_id).manifest
        assert manifest is not None
        assert "validation" not in manifest

    def test_a_round_pays_for_it_and_nobody_draws_it_elsewhere(
        self, selector: Selector, session: Session
    ) -> None:
        round_id = selector.select(k=2, strategy="entropy", validation_labels=1)

        item = session.scalars(rows(Item).where(Item.round_id == round_id, Item.blank)).one()
        image = session.get_one(Image, item.image_id)
        with pytest.raises(Conflict, match="drawn in that round"):
            masks.put_truth(
                session,
                image,
                sha256="0" * 64,
                class_list_id=selector.world.class_list_id,
                author_id=uuid7(),
                replaces=None,
            )
