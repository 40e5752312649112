"""Prediction of the pool and of a folder, and the ONNX file: the jobs' own handlers."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from sqlalchemy import select as rows
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.engine import reading
from server.db.models import Image, ImagePrediction, Model
from server.rules.addresses import Address
from server.rules.images import Split
from server.rules.jobs import JobKind
from server.services import jobs, results
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.servers.bucket import bucket, bucket_server, put_folder
from tests.servers.queue import RecordingQueue
from tests.world import TRAINED, World, finish_jobs, new_world, start_round
from worker.context import JobContext, JobFacts, Record, Resources
from worker.jobs import data, export_onnx, predict
from worker.jobs.import_places import FolderGone
from worker.ml.config import NetworkConfig, StageConfig
from worker.ml.models import save_model
from worker.ml.networks import build_network

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SIZE = 64


def picture(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    out = io.BytesIO()
    Picture.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


class Workshop:
    """A project with a model and a pool of pictures, and handlers run without a queue."""

    def __init__(
        self, settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs, folder: Path
    ) -> None:
        self.folder = folder
        self.roots = (folder / "imports",)
        changed = settings.model_copy(update={"threads": 1, "import_roots": self.roots})
        self.resources = Resources(changed, sessions, blobs, RecordingQueue())
        config = StageConfig(
            network=NetworkConfig(classes=2, pretrained=False, decoder=16, embedding=8)
        )
        save_model(folder / "model", build_network(config.network), config, {})
        files = data.keep_model(blobs, folder / "model")
        with sessions.begin() as session:
            world: World = new_world(session, blobs, pool=2)
            self.project_id = world.project_id
            for number, image in enumerate(
                session.scalars(rows(Image).where(Image.split == Split.POOL))
            ):
                image.sha256 = blobs.put(picture(number))
                image.width = image.height = SIZE
            start_round(world, k=1)
            [job] = finish_jobs(session, world.project_id, kind=JobKind.WARM_UP)
            trained = results.Trained(files, TRAINED.snapshot_sha256, 0, 1.0, TRAINED.metrics)
            self.model_id = results.trained(session, job.id, trained).id

    def run(self, handler: Any, kind: JobKind, **params: Any) -> tuple[Record, dict[str, Any]]:
        """Run a handler and record its results; return what the job's row would hold."""
        with self.resources.sessions.begin() as session:
            job = jobs.add(session, kind=kind, project_id=self.project_id, params=params)
            facts = JobFacts.of(job)
        folder = self.folder / str(facts.id)
        folder.mkdir()
        context = JobContext(facts, self.resources, folder)
        context.report = lambda *_, **__: None  # type: ignore[method-assign]
        record: Record = handler(context)
        with self.resources.sessions.begin() as session:
            return record, record(session)


@pytest.fixture
def workshop(
    settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs, tmp_path: Path
) -> Workshop:
    (tmp_path / "imports").mkdir()
    return Workshop(settings, sessions, blobs, tmp_path)


def test_the_pools_masks_are_kept_for_this_model(workshop: Workshop) -> None:
    _, result = workshop.run(predict.run, JobKind.PREDICT, model_id=str(workshop.model_id))
    assert result == {"images": 2}
    with reading(workshop.resources.sessions) as session:
        kept = session.scalars(rows(ImagePrediction)).all()
        model = session.scalars(rows(Model)).one()
    assert {each.model_id for each in kept} == {model.id}
    for each in kept:
        labels = codecs.decode_png_labels(workshop.resources.blobs.read(each.sha256))
        assert labels.shape == (SIZE, SIZE)
        assert set(np.unique(labels)) <= {0, 1}
    _, again = workshop.run(predict.run, JobKind.PREDICT, model_id=str(workshop.model_id))
    assert again == {"images": 0}


def test_a_folders_masks_are_one_archive_without_what_may_not_be_read(
    workshop: Workshop, tmp_path: Path
) -> None:
    folder = workshop.roots[0] / "new"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture(7))
    (folder / "b.png").write_bytes(b"\x89PNG no picture")
    (tmp_path / "secret.png").write_bytes(picture(8))
    (folder / "c.png").symlink_to(tmp_path / "secret.png")
    _, result = workshop.run(
        predict.run, JobKind.PREDICT, model_id=str(workshop.model_id), folder=str(folder)
    )
    assert result["images"] == 1
    path = workshop.resources.blobs.local_path(result["file"]["sha256"])
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["a.png"]
        assert codecs.decode_png_labels(archive.read("a.png")).shape == (SIZE, SIZE)


def test_a_buckets_masks_are_one_archive_and_only_its_allowed_prefix_is_read(
    workshop: Workshop, tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number, name in enumerate(("a.png", "b.png")):
        (pictures / name).write_bytes(picture(number))
    with bucket_server("streets") as endpoint:
        put_folder(bucket(endpoint, "streets"), pictures, "in/new")
        reading_it = {
            "import_addresses": (Address("streets", "in"),),
            "s3_endpoint": endpoint,
            "s3_access_key_id": "id",
            "s3_secret_access_key": "secret",
        }
        settings = workshop.resources.settings.model_copy(update=reading_it)
        workshop.resources = replace(workshop.resources, settings=settings)
        _, result = workshop.run(
            predict.run,
            JobKind.PREDICT,
            model_id=str(workshop.model_id),
            folder="s3://streets/in/new",
        )
        with pytest.raises(FolderGone):
            workshop.run(
                predict.run,
                JobKind.PREDICT,
                model_id=str(workshop.model_id),
                folder="s3://streets/new",
            )
    path = workshop.resources.blobs.local_path(result["file"]["sha256"])
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["a.png", "b.png"]
        assert codecs.decode_png_labels(archive.read("a.png")).shape == (SIZE, SIZE)


def test_onnx_computes_what_torch_does_at_sizes_that_it_never_saw(workshop: Workshop) -> None:
    pytest.importorskip("onnxruntime")
    _, result = workshop.run(export_onnx.run, JobKind.ONNX, model_id=str(workshop.model_id))
    assert result["difference"] <= 1e-4
    path = workshop.resources.blobs.local_path(result["file"]["sha256"])
    assert result["file"]["name"] == "model-1.onnx"
    assert path.stat().st_size > 1000
