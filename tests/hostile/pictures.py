"""Images of every kind that lie, by what becomes of them: all are sent as image/png."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from functools import cache

from PIL import Image

from tests.hostile import pngs
from tests.hostile.pngs import noise, saved, turned

JPEG = saved("JPEG", noise(), quality=90)


def jpeg_of(width: int, height: int) -> bytes:
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def jpeg_of_many_passes() -> bytes:
    whole = saved("JPEG", Image.new("RGB", (4_000, 4_000)), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 500 + b"\xff\xd9"


def webp_of(width: int, height: int) -> bytes:
    """A lossless WebP whose header says this size (14 bits each way)."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(20)
    data = b"WEBPVP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(data)) + data


def tiff(*entries: tuple[int, int, int, int], following: int = 0, data: bytes = b"") -> bytes:
    """A little-endian TIFF of one directory: (tag, type, count, value) each."""
    listed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    directory = struct.pack("<H", len(entries)) + listed + struct.pack("<I", following)
    return b"II*\0" + struct.pack("<I", 8) + directory + data


def grey(width: int, height: int, **said: int) -> list[tuple[int, int, int, int]]:
    values = {
        256: width, 257: height, 258: 8, 259: said.get("compression", 1), 262: 1,
        273: said.get("offset", 8), 277: 1, 278: height, 279: said.get("bytes", width * height),
    }  # fmt: skip
    return [(tag, 4, 1, value) for tag, value in values.items()]


def deflated_tiff(width: int, height: int, pixels: int) -> bytes:
    """A strip that unfolds to `pixels` bytes, whatever the size says."""
    data = zlib.compress(bytes(pixels), 1)
    offset = 8 + 2 + 9 * 12 + 4
    entries = grey(width, height, compression=8, offset=offset, bytes=len(data))
    return tiff(*entries, data=data)


@cache
def invalid() -> Mapping[str, bytes]:
    return {
        **pngs.invalid(),
        "jpeg cut in its header": JPEG[:60],
        "webp cut in its header": saved("WEBP", noise())[:20],
        "jpeg 65500 x 65500": jpeg_of(65_500, 65_500),
        "jpeg of a side too long": jpeg_of(65_500, 100),
        "jpeg cut in its pixels": JPEG[:-800],
        "jpeg of many passes": jpeg_of_many_passes(),
        "jpeg of two pictures": saved("MPO", noise(), save_all=True, append_images=[noise()]),
        "webp of many pixels": webp_of(16_383, 16_383),
        "webp that lacks its pixels": webp_of(6_000, 6_000),
        "webp of two pictures": saved(
            "WEBP",
            noise(),
            save_all=True,
            append_images=[turned()],
        ),
        "webp cut in its pixels": saved("WEBP", noise(), lossless=True)[:2_000],
        "tiff 60000 x 60000": tiff(*grey(60_000, 60_000)),
        "tiff whose strip lies behind its end": tiff(*grey(100, 100, offset=2**31)),
        "tiff of a strip of 4 GiB": tiff(*grey(100, 100, bytes=2**32 - 1)),
        "tiff whose strip is shorter than its size": deflated_tiff(6_000, 6_000, 1_000),
        "tiff of two pictures": saved("TIFF", noise(), save_all=True, append_images=[noise()]),
        "tiff of 16 bits": saved("TIFF", Image.new("I;16", (8, 8))),
        "tiff of floats": saved("TIFF", Image.new("F", (8, 8))),
    }


@cache
def unsupported() -> Mapping[str, bytes]:
    return {
        **pngs.unsupported(),
        "tiff that lacks its size": tiff((259, 4, 1, 1)),
        "nothing": b"",
        "a page": b"<html><script>alert(1)</script></html>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/x"/></svg>',
        "gif": saved("GIF"),
        "bmp": saved("BMP"),
        "tga": saved("TGA"),
        "ico": saved("ICO"),
        "pcx": saved("PCX"),
        "pdf": saved("PDF"),
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
        "psd": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 9_999, 9_999, 8, 3) + bytes(64),
        "zip": b"PK\3\4" + bytes(60),
        "jpeg magic alone": JPEG[:3],
        "tiff magic alone": b"II*\0",
        "tiff whose directory lies behind its end": b"II*\0" + struct.pack("<I", 2**31),
    }


@cache
def harmless() -> Mapping[str, bytes]:
    """Kept as what they are, and served as nothing else."""
    return {
        "jpeg that lacks its pixels": jpeg_of(6_000, 6_000),
        "tiff whose directory comes again for ever": tiff(*grey(4, 3), following=8),
        "png, then a page": saved("PNG") + b"<script>alert(1)</script>",
        "jpeg with a page in its comment": saved("JPEG", comment=b"<script>alert(1)</script>"),
        "png of more pixels than its size": pngs.png(pngs.header(4, 3), pixels=bytes(64 * 2**20)),
        "tiff of more pixels than its size": deflated_tiff(64, 48, 64 * 2**20),
        "jpeg turned in a way that there is not": saved(
            "JPEG", exif=b"Exif\0\0" + tiff((0x112, 3, 1, 99))
        ),
    }
