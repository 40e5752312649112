"""`maskloop import --on-server` with a bucket's address, through route and job."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.folders import write_images, write_masks
from tests.server.commands.conftest import Run
from tests.servers.bucket import bucket, bucket_server, put_folder

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def endpoint() -> Iterator[str]:
    with bucket_server("cameras") as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path, endpoint: str) -> Settings:
    return Settings.model_validate(
        {
            "data": tmp_path / "data",
            "database_url": database_url,
            "import_roots": "s3://cameras/in",
            "s3_endpoint": endpoint,
            "s3_access_key_id": "id",
            "s3_secret_access_key": "secret",
        }
    )


def test_a_bucket_is_imported_by_its_address(run: Run, endpoint: str, tmp_path: Path) -> None:
    cameras = bucket(endpoint, "cameras")
    put_folder(cameras, write_images(tmp_path / "images", ["a.png", "b.png"]), "in/images")
    put_folder(cameras, write_masks(tmp_path / "masks", ["a"], value=7), "in/masks")
    place = ("--domain", "source", "--split", "train", "--on-server", "--map", "7=1", "--json")
    masks = ("--masks", "s3://cameras/in/masks")
    sent = run("import", "s3://cameras/in/images", *masks, *place)
    assert sent.exit_code == 0, sent.output
    result = json.loads(sent.stdout)
    assert (result["accepted"], result["refused"]) == (1, 1)
    outside = run("import", "s3://cameras/images", *masks, *place)
    assert outside.exit_code == 1
    assert "not a folder that imports may read from" in outside.stderr
