import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from worker.context import Stopped
from worker.jobs import archives
from worker.jobs.archives import BadArchive, unpack


def nothing() -> None:
    """Never stop."""


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def found(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


GOOD = {"images/a.png": b"a", "images/deep/b.JPG": b"b", "labels.json": b"{}", "run.sh": b"rm"}


@pytest.mark.parametrize("make", [zipped, tarred])
def test_what_a_data_set_needs_comes_out(
    tmp_path: Path, make: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    unpack(make(tmp_path / "a", GOOD), tmp_path / "out", check=nothing)
    assert found(tmp_path / "out") == {"images/a.png", "images/deep/b.JPG", "labels.json"}
    assert (tmp_path / "out/images/deep/b.JPG").read_bytes() == b"b"


def link_zip(path: Path) -> Path:
    info = zipfile.ZipInfo("link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return path


def special_tar(kind: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        info = tarfile.TarInfo("link.png")
        info.type, info.linkname = kind, "../../secret"
        with tarfile.open(path, "w") as archive:
            archive.addfile(info)
        return path

    return make


def cut(path: Path) -> Path:
    whole = tarred(path, {"a.png": bytes(range(256)) * 400}).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def damaged_zip(path: Path) -> Path:
    data = bytearray(zipped(path, {"a.png": bytes(range(256)) * 400}).read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    return path


def text(path: Path) -> Path:
    path.write_text("no archive")
    return path


def named(*names: str, make: Callable[[Path, dict[str, bytes]], Path] = zipped) -> object:
    return lambda path: make(path, dict.fromkeys(names, b"x"))


def bomb(path: Path) -> Path:
    return zipped(path, {"a.png": bytes(40 * 2**20)})


def twice(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.png", b"2")
    return path


@pytest.mark.parametrize(
    "make",
    [
        named("../out.png"), named("/etc/a.png"), named("a/../../b.png"), named("..\\b.png"),
        named("C:/a.png"), named("a\nb.png"), named("a//b.png"), named("./../b.png"),
        named("a" * 500 + ".png"), named("a.png", "a.png/b.png"),
        named("../out.png", make=tarred), named("/etc/a.png", make=tarred),
        link_zip, special_tar(tarfile.SYMTYPE), special_tar(tarfile.LNKTYPE),
        special_tar(tarfile.CHRTYPE), special_tar(tarfile.FIFOTYPE),
        cut, damaged_zip, text, bomb, twice,
    ],
)  # fmt: skip
def test_hostile_archives_are_refused_whole(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    (tmp_path / "inner").mkdir()
    archive = make(tmp_path / "archive")
    with pytest.raises(BadArchive):
        unpack(archive, tmp_path / "inner" / "out", check=nothing)
    assert not (tmp_path / "inner" / "out").exists()
    assert found(tmp_path) == {"archive"}


def test_a_tar_bomb_is_counted_as_it_comes_out(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="100 times"):
        unpack(tarred(tmp_path / "a", {"a.png": bytes(40 * 2**20)}), tmp_path / "o", check=nothing)


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    with pytest.raises(BadArchive, match="3 members"):
        unpack(zipped(tmp_path / "a", GOOD), tmp_path / "out", check=nothing)


def test_a_stopped_unpacking_begins_anew(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a", GOOD)
    calls = 0

    def stop() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Stopped

    with pytest.raises(Stopped):
        unpack(archive, tmp_path / "out", check=stop)
    assert not (tmp_path / "out").exists()
    unpack(archive, tmp_path / "out", check=nothing)
    assert len(found(tmp_path / "out")) == 3
