"""Imports and previews of buckets, asked for over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.db.models import Job
from server.settings import Settings
from tests.folders import write_images, write_masks
from tests.server.api.conftest import Loop, problem
from tests.servers.bucket import bucket, bucket_server, put_folder
from tests.servers.queue import RecordingQueue

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bucket with images and masks inside the allowed prefix, beside it, and in another one."""
    folder = tmp_path_factory.mktemp("bucket")
    images = write_images(folder / "images", ["a.png", "b.png", "c.png"])
    masks = write_masks(folder / "masks", ["a"], value=1)
    write_masks(masks, ["b"], value=9)
    with bucket_server("streets", "secrets") as url:
        streets = bucket(url, "streets")
        for prefix in ("in/images", "in2/images", "outside"):
            put_folder(streets, images, prefix)
        put_folder(streets, masks, "in/masks")
        put_folder(streets, masks, "in/labels")
        put_folder(bucket(url, "secrets"), images, "in/images")
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path, roots: Path, endpoint: str) -> Settings:
    return Settings.model_validate(
        {
            "data": tmp_path / "data",
            "database_url": database_url,
            "import_roots": f"{roots}:s3://streets/in",
            "s3_endpoint": endpoint,
            "s3_access_key_id": "id",
            "s3_secret_access_key": "secret",
            "jobs_at_once": 0,
        }
    )


def ask(loop: Loop, path: str, **more: Any) -> Any:
    given = {"path": path, "domain": "target", "split": "pool", **more}
    return loop.lead.post(f"{loop.path}/imports", json=given)


def test_a_bucket_and_a_folder_are_imported_from(
    loop: Loop, roots: Path, queue: RecordingQueue
) -> None:
    folder = write_images(roots / "a", ["1.png"])
    for answer in (
        ask(loop, "s3://streets/in/images/"),
        ask(loop, "s3://streets/in", recursive=True),
        ask(loop, "s3://streets/in/images", masks_path="s3://streets/in/masks", split="test"),
        ask(loop, str(folder), masks_path="s3://streets/in/masks", split="test"),
    ):
        assert answer.status_code == 202, answer.text
    assert len(queue.sent) == 4


@pytest.mark.parametrize(
    "path",
    [
        "s3://streets", "s3://streets/", "s3://streets/in2/images", "s3://streets/outside",
        "s3://secrets/in/images", "s3://streets/in/../outside", "s3://streets/in/%2e%2e/outside",
        "s3://streets/in//images", "s3://streets@secrets/in/images", "S3://streets/in/images",
        "s3://streets/in/images?x", "s3://streets/in/images#x", "s3://streets/in/missing",
        "s3://streets/in/images/a.png", "s3:/streets/in/images", "s3://127.0.0.1:80/in",
    ],
)  # fmt: skip
def test_what_lies_outside_is_refused_as_a_folder_is(
    loop: Loop, queue: RecordingQueue, path: str
) -> None:
    refused = problem(ask(loop, path), 422, "invalid", "path")
    good = "s3://streets/in/images"
    masks = problem(ask(loop, good, masks_path=path, split="test"), 422, "invalid", "masks_path")
    looked = loop.lead.post(f"{loop.path}/imports/preview", json={"path": path})
    outside = problem(ask(loop, "/etc"), 422, "invalid", "path")
    assert refused["detail"] == masks["detail"] == outside["detail"]
    assert problem(looked, 422, "invalid", "path")["detail"] == outside["detail"]
    assert queue.sent == []


def test_a_data_set_s_own_layout_in_a_bucket(loop: Loop) -> None:
    more = {"layout": "gtav", "domain": "source", "split": "train"}
    job = ask(loop, "s3://streets/in", **more)
    assert job.status_code == 202, job.text
    with loop.sessions() as session:
        params = session.get_one(Job, UUID(job.json()["id"])).params
    assert params["path"] == "s3://streets/in/images"
    assert params["masks_path"] == "s3://streets/in/labels"


def test_a_prefix_without_images_is_refused(loop: Loop) -> None:
    problem(ask(loop, "s3://streets/in"), 422, "invalid", "path")


def test_a_preview_lists_the_bucket_s_labels(loop: Loop) -> None:
    given = {"path": "s3://streets/in/images", "masks_path": "s3://streets/in/masks"}
    found = loop.lead.post(f"{loop.path}/imports/preview", json=given).json()
    assert (found["images"], found["missing"], found["looked_at"]) == (3, 1, 2)
    guesses = {label["label"]: label["class_id"] for label in found["labels"]}
    assert guesses == {"1": 1, "9": None}


def test_predictions_read_a_bucket_as_imports_do(loop: Loop) -> None:
    loop.to_labelling(k=1)

    def predict(folder: str) -> Any:
        return loop.lead.post(f"{loop.path}/predictions", json={"folder": folder})

    answer = predict("s3://streets/in/images/")
    assert answer.status_code == 202, answer.text
    with loop.sessions() as session:
        params = session.get_one(Job, UUID(answer.json()["id"])).params
    assert params["folder"] == "s3://streets/in/images"
    for elsewhere in ("s3://streets/outside", "s3://secrets/in/images", "s3://streets/in/missing"):
        told = problem(predict(elsewhere), 422, "invalid", "folder")
        assert told["detail"] == "This is not a folder that imports may read from."
    told = problem(predict("s3://streets/in"), 422, "invalid", "folder")
    assert told["detail"] == "This folder holds no image."
