"""Imports from a bucket of moto's server, by the job's own handler."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import obstore
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server.db.models import Image, Job, JobLine, Mask
from server.rules.addresses import Address
from server.rules.errors import Unavailable
from server.settings import Settings
from server.storage.buckets import Buckets
from server.storage.local import LocalBlobs
from tests.folders import write_images, write_masks
from tests.servers.bucket import bucket, bucket_server, put_folder
from tests.servers.queue import RecordingQueue
from tests.worker.jobs.importer import Importer, counts
from worker.context import Resources, Stopped
from worker.jobs import fetches, import_images, import_places

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with bucket_server("streets") as url:
        yield url


@dataclass
class Cloud:
    """An importer that may read one prefix of a bucket, and what it fetched."""

    importer: Importer
    endpoint: str
    base: str
    fetched: list[str]

    def put(self, folder: Path, name: str) -> str:
        put_folder(bucket(self.endpoint, "streets"), folder, f"{self.base}/{name}")
        return f"s3://streets/{self.base}/{name}"

    def delete(self, name: str) -> None:
        obstore.delete(bucket(self.endpoint, "streets"), f"{self.base}/{name}")


@pytest.fixture
def cloud(
    endpoint: str,
    database_url: str,
    tmp_path: Path,
    sessions: sessionmaker[Session],
    blobs: LocalBlobs,
    monkeypatch: pytest.MonkeyPatch,
) -> Cloud:
    base = tmp_path.name
    settings = Settings.model_validate(
        {
            "data": tmp_path / "data",
            "database_url": database_url,
            "import_roots": f"{tmp_path}:s3://streets/{base}",
            "s3_endpoint": endpoint,
            "s3_access_key_id": "id",
            "s3_secret_access_key": "secret",
        }
    )
    fetched: list[str] = []
    real = Buckets.pieces

    def pieces(self: Buckets, address: Address, length: int) -> Iterator[bytes]:
        fetched.append(address.prefix.rpartition("/")[2])
        yield from real(self, address, length)

    monkeypatch.setattr(Buckets, "pieces", pieces)
    return Cloud(
        Importer(Resources(settings, sessions, blobs, RecordingQueue())), endpoint, base, fetched
    )


def test_images_and_masks_of_a_bucket_are_imported_and_reported(
    cloud: Cloud, tmp_path: Path
) -> None:
    here = write_images(tmp_path / "images", ["a.png", "b é+%20.png", "no_mask.png", ".hidden.png"])
    write_images(here / "below", ["c.jpg"])
    (here / "empty.png").write_bytes(b"")
    (here / "notes:old.md").write_text("no image")
    images = cloud.put(here, "images")
    masks = write_masks(tmp_path / "masks", ["a", "b é+%20", "empty", "stranger"], value=1)
    write_masks(masks / "below", ["c"])

    job_id = cloud.importer.start(images, cloud.put(masks, "masks"), recursive=True)
    result = cloud.importer.run(job_id)

    assert counts(result) == (3, 0, 2)
    assert cloud.importer.images() == ["a", "b é+%20", "c"]
    refused = {line["file"]: line["field"] for line in result["report"] if line["reason"]}
    assert refused == {"empty.png": "image", "no_mask.png": "mask"}
    with cloud.importer.resources.sessions() as session:
        assert len(session.scalars(select(Mask)).all()) == 3
        image = session.scalars(select(Image).where(Image.name == "a")).one()
    assert cloud.importer.resources.blobs.read(image.sha256) == (here / "a.png").read_bytes()
    assert "stranger.png" not in cloud.fetched


def test_a_document_beside_images_of_a_folder(cloud: Cloud, tmp_path: Path) -> None:
    images = write_images(tmp_path / "images", ["a.png"], size=(6, 4))
    labels = tmp_path / "labels"
    labels.mkdir()
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 6, 4]}
    document = {
        "images": [{"id": 1, "file_name": "a.png", "width": 6, "height": 4}],
        "categories": [{"id": 1, "name": "sky"}],
        "annotations": [{**box, "segmentation": [[0, 0, 6, 0, 6, 4, 0, 4]], "iscrowd": 0}],
    }
    (labels / "coco.json").write_text(json.dumps(document))
    masks = cloud.put(labels, "labels") + "/coco.json"
    job_id = cloud.importer.start(images, masks, masks_format="coco")
    assert counts(cloud.importer.run(job_id)) == (1, 0, 0)


def test_a_killed_fetch_goes_on_and_fetches_nothing_twice(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetches, "SLICE", 2)
    names = [f"{number}.png" for number in range(6)]
    job_id = cloud.importer.start(cloud.put(write_images(tmp_path / "images", names), "images"))
    context = cloud.importer.context(job_id)
    monkeypatch.setattr(context, "should_stop", lambda: len(cloud.fetched) >= 4)
    with pytest.raises(Stopped):
        import_images.run(context)
    assert sorted(cloud.fetched) == names[:4]
    with cloud.importer.resources.sessions() as session:
        message = session.get_one(Job, job_id).message
    assert message is not None
    partial = cloud.importer.resources.settings.work_folder / str(job_id) / "fetched.partial"
    (partial / "images" / "0.png").write_bytes(b"cut off")

    assert counts(cloud.importer.run(job_id)) == (6, 0, 0)
    assert sorted(cloud.fetched) == sorted([*names, "0.png"])

    cloud.importer.run(job_id)  # all is here: not even a list is asked for
    assert len(cloud.fetched) == 7


def test_what_is_too_long_is_fetched_only_so_far_and_refused(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_images(tmp_path / "images", ["a.png"])
    (folder / "long.png").write_bytes(b"x" * 5000)
    for module in (import_places, import_images):
        monkeypatch.setattr(module, "MAX_IMAGE_BYTES", 2000)
    job_id = cloud.importer.start(cloud.put(folder, "images"))
    result = cloud.importer.run(job_id)
    assert counts(result) == (1, 0, 1)
    assert any("More than 2000 bytes" in (line["reason"] or "") for line in result["report"])
    work = cloud.importer.resources.settings.work_folder / str(job_id)
    assert (work / "fetched/images/long.png").stat().st_size == 2001


def test_too_much_is_refused_before_anything_is_fetched(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = cloud.importer.start(
        cloud.put(write_images(tmp_path / "i", ["a.png", "b.png"]), "images")
    )
    monkeypatch.setattr(fetches, "MAX_BYTES", 200)
    with pytest.raises(fetches.TooMuch, match="at most 200"):
        cloud.importer.run(job_id)
    assert cloud.fetched == []


def test_a_place_that_is_gone_fails_for_good_and_a_silent_bucket_does_not(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = cloud.put(write_images(tmp_path / "images", ["a.png"]), "images")
    job_id = cloud.importer.start(images)
    with monkeypatch.context() as silent:
        silent.setattr(Buckets, "allow", lambda *_: False)
        with pytest.raises(import_places.FolderGone):
            cloud.importer.run(job_id)

    def fail(*_: Any) -> Any:
        raise Unavailable("The bucket does not answer.")

    with monkeypatch.context() as silent:
        silent.setattr(Buckets, "sizes", fail)
        with pytest.raises(Unavailable):
            cloud.importer.run(job_id)
    cloud.delete("images/a.png")
    with pytest.raises(import_places.FolderGone):
        cloud.importer.run(job_id)


def test_what_goes_while_the_rest_is_fetched_is_left_out_and_logged(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = cloud.put(write_images(tmp_path / "images", ["a.png", "b.png"]), "images")
    job_id = cloud.importer.start(images)
    real = fetches.check_bytes

    def check_bytes(wanted: Any) -> None:
        real(wanted)
        cloud.delete("images/b.png")

    monkeypatch.setattr(fetches, "check_bytes", check_bytes)
    assert counts(cloud.importer.run(job_id)) == (1, 0, 0)
    with cloud.importer.resources.sessions() as session:
        lines = session.scalars(select(JobLine.text).where(JobLine.job_id == job_id)).all()
    assert any("images/b.png cannot be read" in line for line in lines)
