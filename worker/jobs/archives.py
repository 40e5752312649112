"""Unpacks uploaded archives, member by member, into a folder that nothing can leave.

Names are checked before a file is made, links and devices are refused, and every limit holds for
the bytes that really come out, whatever the archive says of itself.
"""

from __future__ import annotations

import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import IO

from server.formats.base import check_name
from server.rules.errors import Refusal
from worker.context import GiveUp

MAX_MEMBERS = 200_000
MAX_BYTES = 10 * 2**30
MAX_RATIO = 100
FREE_BYTES = 16 * 2**20
"""So much may come out of the smallest archive, whose ratio says little."""
PIECE = 2**20
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".json", ".xml", ".txt"})
"""Other files of an archive are left in it."""


class BadArchive(GiveUp):
    """The archive is refused whole."""


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    open: Callable[[], IO[bytes] | None]


def unpack(archive: Path, target: Path, *, check: Callable[[], None]) -> None:
    """Unpack into `target`, which must not be there; after a crash it is made anew.

    `check` is called between members and may raise to stop.

    Raises:
        BadArchive: Neither zip nor tar, damaged, or it holds what no data set needs; nothing of it
            is left.
    """
    if target.exists():
        return
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _unpack(archive, partial, check)
    except BadArchive:
        shutil.rmtree(partial)
        raise
    partial.rename(target)


def _unpack(archive: Path, folder: Path, check: Callable[[], None]) -> None:
    limit = _Limit(archive.stat().st_size)
    try:
        members = _zip if zipfile.is_zipfile(archive) else _tar
        for member in members(archive):
            check()
            limit.count_member()
            _write(member, folder, limit)
    except _DAMAGE as error:
        # An error of the system names our own folders.
        reason = getattr(error, "strerror", None) or error
        raise BadArchive(f"The archive cannot be read: {reason}") from None
    except Refusal as refusal:
        raise BadArchive(f"The archive is refused: {refusal.detail}") from None


_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


class _Limit:
    """Counts what comes out."""

    def __init__(self, archive_bytes: int) -> None:
        self._left = min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * archive_bytes))
        self._members = 0

    def count_member(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BadArchive(f"The archive has more than {MAX_MEMBERS} members.")

    def count_bytes(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise BadArchive(
                f"The archive unpacks to more than {MAX_RATIO} times its size, or more than"
                f" {MAX_BYTES} bytes."
            )


def _write(member: _Member, folder: Path, limit: _Limit) -> None:
    """Write one member under its checked name."""
    name = check_name(member.name, where="archive")
    path = folder / name
    if path.suffix.lower() not in ENDINGS or path.name.startswith("."):
        return
    source = member.open()
    if source is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with source, path.open("xb") as out:  # "x": a name that comes twice is refused
        while piece := source.read(PIECE):
            limit.count_bytes(len(piece))
            size += out.write(piece)
    if size != member.size:
        raise BadArchive(f"A file of the archive has {size} bytes, and says {member.size}.")


def _zip(archive: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise BadArchive("The archive holds a link or a device.")
            if info.flag_bits & 1:
                raise BadArchive("The archive is encrypted.")
            if not info.is_dir():
                yield _Member(info.filename, info.file_size, lambda info=info: opened.open(info))  # type: ignore[misc]


def _tar(archive: Path) -> Iterator[_Member]:
    with tarfile.open(archive, mode="r|*") as opened:
        for info in opened:
            if not (info.isreg() or info.isdir()):
                raise BadArchive("The archive holds a link or a device.")
            if info.isreg():
                name = info.name.removeprefix("./")
                yield _Member(name, info.size, lambda info=info: opened.extractfile(info))  # type: ignore[misc]
            opened.members = []  # type: ignore[attr-defined]  # the list grows with the archive otherwise
