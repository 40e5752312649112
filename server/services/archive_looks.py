"""Looking into an archive without unpacking it: which files it has, and the bytes of a few."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from server.rules.errors import Conflict, Invalid, TooLarge
from server.services.import_places import ENDINGS

MAX_MEMBERS = 200_000
DOCUMENT_ENDINGS = (".json", ".xml")
SHOWN = 500
"""Folders and documents that a look names."""


@dataclass(frozen=True)
class Look:
    """The files of an archive, by path, and how to read one."""

    names: Sequence[str]
    read: Callable[[str, int], bytes | None]
    """Gives a file's bytes, or None where it is longer than so many."""

    def images(self, folder: str, *, recursive: bool) -> list[str]:
        """Return the paths of a folder's images, relative to it, in order."""
        base = _base(folder)
        below = (name.removeprefix(base) for name in self.names if name.startswith(base))
        return sorted(
            name
            for name in below
            if name.lower().endswith(ENDINGS) and (recursive or "/" not in name)
        )


@dataclass(frozen=True)
class Content:
    """What an archive holds, for choosing the images' folder and the masks'."""

    folders: list[tuple[str, int]]
    """Each folder that has images of its own, with how many."""
    documents: list[str]


def content(look: Look) -> Content:
    """Return the folders and documents of an archive, at most `SHOWN` of each."""
    counts: Counter[str] = Counter(
        str(PurePosixPath(name).parent) for name in look.names if name.lower().endswith(ENDINGS)
    )
    documents = sorted(name for name in look.names if name.lower().endswith(DOCUMENT_ENDINGS))
    return Content(sorted(counts.items())[:SHOWN], documents[:SHOWN])


def path_in(folder: str, name: str) -> str:
    """Return the path in the archive of a file of this folder."""
    return _base(folder) + name


@contextmanager
def look_into(archive: Path) -> Iterator[Look]:
    """Open a zip or a plain tar.

    Raises:
        Conflict: A compressed tar, which must be unpacked to be seen.
        Invalid: No archive, or a damaged one.
        TooLarge: More members than an import takes.
    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                yield _of_zip(opened)
        else:
            with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
                yield _of_tar(tar, archive)
    except tarfile.ReadError:
        if tarfile.is_tarfile(archive):
            raise Conflict(
                "A compressed tar is only unpacked by its import; send a zip or a plain tar to"
                " look into it first.",
                field="upload_id",
            ) from None
        raise Invalid("This is neither a zip nor a tar archive.", field="upload_id") from None
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError) as error:
        raise Invalid(f"The archive cannot be read: {error}", field="upload_id") from None


def _of_zip(opened: zipfile.ZipFile) -> Look:
    infos = {
        info.filename: info
        for info in opened.infolist()
        if not info.is_dir() and _is_seen(info.filename)
    }
    _check_count(len(infos))

    def read(name: str, limit: int) -> bytes | None:
        if infos[name].file_size > limit:
            return None
        with opened.open(infos[name]) as file:  # what it says of its size may be untrue
            data = file.read(limit + 1)
        return data if len(data) <= limit else None

    return Look(list(infos), read)


def _of_tar(opened: tarfile.TarFile, archive: Path) -> Look:
    places: dict[str, tuple[int, int]] = {}
    for info in opened:
        name = info.name.removeprefix("./")
        if info.isreg() and _is_seen(name):
            places[name] = (info.offset_data, info.size)
        _check_count(len(places))
        opened.members = []  # type: ignore[attr-defined]  # the list grows with the archive otherwise

    def read(name: str, limit: int) -> bytes | None:
        offset, size = places[name]
        if size > limit:
            return None
        with archive.open("rb") as file:
            file.seek(offset)
            return file.read(size)

    return Look(list(places), read)


def _is_seen(name: str) -> bool:
    """Whether an import would read it: not hidden, not out of the archive."""
    parts = name.split("/")
    return not name.startswith("/") and not any(part.startswith(".") or not part for part in parts)


def _check_count(count: int) -> None:
    if count > MAX_MEMBERS:
        raise TooLarge(f"The archive has more than {MAX_MEMBERS} files.", field="upload_id")


def _base(folder: str) -> str:
    path = PurePosixPath(folder).as_posix()
    return "" if path == "." else f"{path}/"
