"""Archives that lie, as bytes; none may leave a file behind, inside or outside."""

from __future__ import annotations

import io
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Mapping
from functools import cache

from tests.hostile.pngs import noise, saved

PICTURE = saved("PNG", noise())
LINK = 0o120777 << 16


def zipped(*members: tuple[str, bytes], mode: int = 0, flags: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compresslevel=1) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, mode
            archive.writestr(info, data, compresslevel=1)
    made = out.getvalue()
    return made if not flags else _flagged(made, flags)


def _flagged(made: bytes, flags: int) -> bytes:
    """Set flags in the members' heads, first where they lie and then where they are listed."""
    data = bytearray(made)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(mark)
        data[at + offset : at + offset + 2] = struct.pack("<H", flags)
    return bytes(data)


def sized(made: bytes, size: int) -> bytes:
    """Have a zip say that its member unpacks to this size."""
    data = bytearray(made)
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.find(mark)
        data[at + offset : at + offset + 4] = struct.pack("<I", size)
    return bytes(data)


def tarred(
    *members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, mode: str = "w:", link: str = ""
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def many(count: int) -> bytes:
    """A zip that lists one member over and over."""
    made = zipped(("a.png", b""))
    start, end = made.index(b"PK\1\2"), made.index(b"PK\5\6")
    listed = made[start:end] * count
    ending = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65_535, 65_535, len(listed), start, 0)
    wide = struct.pack(
        "<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), start
    )
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + len(listed), 1)
    return made[:start] + listed + wide + locator + ending


def damaged(made: bytes) -> bytes:
    return made[:60] + bytes(30) + made[90:]


BOMB = bytes(40 * 2**20)
GOOD = ("a.png", PICTURE)


@cache
def archives() -> Mapping[str, bytes]:
    return {
        "nothing": b"",
        "no archive": b"no archive at all",
        "a zip's end alone": b"PK\5\6" + bytes(18),
        "zip cut": zipped(GOOD)[:-60],
        "zip damaged": damaged(zipped(GOOD)),
        "zip that leaves": zipped(("../../out.png", PICTURE)),
        "zip that leaves in the middle": zipped(("a/../../out.png", PICTURE)),
        "zip of a path from the root": zipped(("/tmp/out.png", PICTURE)),
        "zip of a Windows path": zipped(("..\\out.png", PICTURE)),
        "zip of a drive": zipped(("C:/out.png", PICTURE)),
        "zip of a name of two lines": zipped(("a\nb.png", PICTURE)),
        "zip of a name of escapes": zipped(("\x1b[2Ja.png", PICTURE)),
        "zip of a name too long": zipped(("a" * 5_000 + ".png", PICTURE)),
        "zip of a path too deep": zipped(("a/" * 3_000 + "b.png", PICTURE)),
        "zip of a link": zipped(("a.png", b"/etc/passwd"), mode=LINK),
        "zip of a device": zipped(("a.png", b""), mode=0o020666 << 16),
        "zip of a name twice": zipped(GOOD, GOOD),
        "zip of a file that is a folder": zipped(GOOD, ("a.png/b.png", PICTURE)),
        "zip bomb": zipped(("a.png", BOMB)),
        "zip of many bombs": zipped(*[(f"{n}.png", BOMB[: 2**22]) for n in range(10)]),
        "zip that says it is small": sized(zipped(("a.png", BOMB)), 10),
        "zip that says it is large": sized(zipped(GOOD), 2**31),
        "zip with a password": zipped(GOOD, flags=1),
        "zip of 200,001 files": many(200_001),
        "zip of another zip": zipped(("a.zip", zipped(("a.png", BOMB)))),
        "tar that leaves": tarred(("../../out.png", PICTURE)),
        "tar of a path from the root": tarred(("/tmp/out.png", PICTURE)),
        "tar of a link": tarred(("a.png", b""), kind=tarfile.SYMTYPE, link="/etc/passwd"),
        "tar of a hard link": tarred(("a.png", b""), kind=tarfile.LNKTYPE, link="../../secret"),
        "tar of a device": tarred(("a.png", b""), kind=tarfile.CHRTYPE),
        "tar of a pipe": tarred(("a.png", b""), kind=tarfile.FIFOTYPE),
        "tar cut": tarred(GOOD)[:700],
        "tar bomb": tarred(("a.png", BOMB), mode="w:gz"),
        "tar of a name twice": tarred(GOOD, GOOD),
    }
