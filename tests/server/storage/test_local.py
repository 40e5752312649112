import hashlib
from pathlib import Path

import pytest

from server.storage.base import BlobMissing
from server.storage.local import LocalBlobs


def test_bytes_come_back_under_their_hash(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    sha = blobs.put(b"mask")
    assert sha == hashlib.sha256(b"mask").hexdigest()
    assert blobs.read(sha) == b"mask"
    assert blobs.local_path(sha).read_bytes() == b"mask"


def test_many_and_equal_blobs_keep_their_order(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    hashes = blobs.put_many([b"a", b"b", b"a"])
    assert [blobs.read(sha) for sha in hashes] == [b"a", b"b", b"a"]


def test_a_file_is_kept_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"w" * 100_000)
    blobs = LocalBlobs(tmp_path / "blobs")
    assert blobs.read(blobs.put_file(file)) == file.read_bytes()


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    blobs.put_many([b"a", b"b"])
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "ab"])
def test_what_is_not_there_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(BlobMissing):
        LocalBlobs(tmp_path).open(name)
