"""What every blob store keeps to: a folder, and a bucket of moto's server."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.settings import Settings
from server.storage.base import BlobMissing, BlobStore
from server.storage.choice import open_blobs
from tests.servers.bucket import bucket_server


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with bucket_server("masks") as url:
        yield url


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return open_blobs(Settings(data=tmp_path))
    return open_blobs(
        Settings(
            data=tmp_path,
            blobs_url=f"s3://masks/{tmp_path.name}",
            s3_endpoint=request.getfixturevalue("endpoint"),
            s3_access_key_id="id",
            s3_secret_access_key="secret",
        )
    )


def test_bytes_come_back_under_their_hash(blobs: BlobStore) -> None:
    sha = blobs.put(b"mask")
    assert sha == hashlib.sha256(b"mask").hexdigest()
    assert blobs.read(sha) == b"mask"
    assert blobs.local_path(sha).read_bytes() == b"mask"
    assert blobs.local_path(sha).read_bytes() == b"mask"
    with blobs.open(sha) as file:
        assert (file.read(2), file.read()) == (b"ma", b"sk")


def test_many_and_equal_blobs_keep_their_order(blobs: BlobStore) -> None:
    hashes = blobs.put_many([b"a", b"b", b"a", b""])
    assert [blobs.read(sha) for sha in hashes] == [b"a", b"b", b"a", b""]


def test_a_file_is_kept_and_stays(blobs: BlobStore, tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"w" * 6_000_000)
    sha = blobs.put_file(file)
    assert blobs.put_file(file) == sha
    assert blobs.read(sha) == file.read_bytes()
    with blobs.open(sha) as back:
        assert b"".join(iter(lambda: back.read(2**20), b"")) == file.read_bytes()


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "ab"])
def test_what_is_not_there_is_missing(blobs: BlobStore, name: str) -> None:
    for look in (blobs.open, blobs.read, blobs.local_path):
        with pytest.raises(BlobMissing):
            look(name)


def test_only_what_rests_is_found_and_discarded(blobs: BlobStore) -> None:
    sha, other = blobs.put(b"mask"), blobs.put(b"other")
    assert blobs.rested(60, start=sha, most=10) == []
    assert blobs.rested(0, start=sha, most=10) == [sha]
    assert blobs.rested(0, start=f"{sha[:2]}{'f' * 62}", most=10) == [sha]
    assert not blobs.discard(sha, rested=60)
    assert blobs.discard(sha, rested=0)
    with pytest.raises(BlobMissing):
        blobs.read(sha)
    assert blobs.read(other) == b"other"


def test_the_same_bytes_from_many_sides_are_kept_once(blobs: BlobStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        [sha] = set(pool.map(blobs.put, [b"mask"] * 40))
    assert blobs.read(sha) == b"mask"
