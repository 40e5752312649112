"""PNGs that lie."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from functools import cache

import numpy as np
from PIL import Image

MAGIC = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"", *, crc: int | None = None) -> bytes:
    right = zlib.crc32(kind + data)
    return (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", right if crc is None else crc)
    )


def header(
    width: int, height: int, *, depth: int = 8, colour: int = 0, interlace: int = 0
) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def rows(width: int = 4, height: int = 3, channels: int = 1) -> bytes:
    return (b"\0" + bytes(width * channels)) * height


def png(*chunks: bytes, pixels: bytes | None = None) -> bytes:
    body = b"".join(chunks)
    if pixels is not None:
        body += chunk(b"IDAT", zlib.compress(pixels))
    return MAGIC + body + chunk(b"IEND")


def saved(form: str, image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    image = image or Image.new("RGB", (32, 24), (1, 2, 3))
    image.save(out, format=form, **options)
    return out.getvalue()


def noise(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    channels = len(Image.new(mode, (1, 1)).getbands())
    shape = (size[1], size[0], channels)
    values = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    return Image.frombytes(mode, size, values.tobytes())


def turned() -> Image.Image:
    return noise().transpose(Image.Transpose.ROTATE_180)


def bomb(width: int, height: int) -> bytes:
    """A picture of one colour: a thousandth of what comes out."""
    return png(header(width, height), pixels=rows(width, height))


def text_bomb() -> bytes:
    body = b"Comment\0\0" + zlib.compress(bytes(80 * 2**20), 1)
    return png(header(4, 3), chunk(b"zTXt", body), pixels=rows())


def many_texts() -> bytes:
    body = b"Comment\0\0" + zlib.compress(bytes(900_000), 1)
    return png(header(4, 3), *[chunk(b"zTXt", body)] * 100, pixels=rows())


def apng(frames: int) -> bytes:
    return png(
        header(4, 3),
        chunk(b"acTL", struct.pack(">II", frames, 0)),
        chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 4, 3, 0, 0, 1, 1, 0, 0)),
        pixels=rows(),
    )


def broken_data(image: bytes) -> bytes:
    at = image.index(b"IDAT") + 40
    return image[:at] + bytes(60) + image[at + 60 :]


@cache
def invalid() -> Mapping[str, bytes]:
    return {
        "png 65535 x 65535": png(header(65_535, 65_535), pixels=b""),
        "png of 2^31 - 1 a side": png(header(2**31 - 1, 2**31 - 1), pixels=b""),
        "png of a side too long": bomb(16_385, 1),
        "png of too many pixels, all there": bomb(16_384, 3_000),
        "png that lacks its pixels": png(header(6_000, 6_000), pixels=bytes(100)),
        "png without pixels": png(header(4, 3)),
        "png cut in its pixels": saved("PNG", noise())[:2_000],
        "png of damaged pixels": broken_data(saved("PNG", noise())),
        "png whose pixels are no zlib": png(header(4, 3), chunk(b"IDAT", b"not deflated at all")),
        "png whose chunk goes past its end": MAGIC + header(4, 3) + b"\x7f\xff\xff\xffIDATx",
        "png interlaced without its passes": png(header(500, 500, interlace=1), pixels=rows(9, 1)),
        "png of a text bomb": text_bomb(),
        "png of many texts": many_texts(),
        "png of 2^31 - 1 pictures": apng(2**31 - 1),
        "png of two pictures": saved("PNG", noise(), save_all=True, append_images=[turned()]),
    }


@cache
def unsupported() -> Mapping[str, bytes]:
    return {
        "png of no size": png(header(0, 0), pixels=b""),
        "png of a wrong header sum": png(
            chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 3, 8, 0, 0, 0, 0), crc=1), pixels=rows()
        ),
        "png of depth 3": png(header(4, 3, depth=3), pixels=rows()),
        "png of colour type 5": png(header(4, 3, colour=5), pixels=rows()),
        "png magic, then a page": MAGIC + b"<html><script>alert(1)</script>",
        "png magic alone": MAGIC,
    }
