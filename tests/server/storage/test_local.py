from pathlib import Path

from server.storage.local import LocalBlobs


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    blobs.put_many([b"a", b"b"])
    assert list((tmp_path / "tmp").iterdir()) == []
