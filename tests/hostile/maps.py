"""Masks that lie: of an image of 6 x 4 with the classes 0 and 1."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from functools import cache

import numpy as np
from PIL import Image

from server import codecs
from tests.hostile import pngs
from tests.hostile.pngs import chunk, header, noise, png, saved
from tests.world import label_map


def runs(body: bytes, width: int = 6, height: int = 4) -> bytes:
    return zlib.compress(struct.pack("<II", width, height) + body)


def grey(mode: str) -> bytes:
    return saved("PNG", Image.new(mode, (6, 4)))


@cache
def png_invalid() -> Mapping[str, bytes]:
    return {
        **{name: data for name, data in pngs.invalid().items() if "two pictures" not in name},
        "png of another size": saved("PNG", Image.new("L", (7, 4))),
        "png of an unknown class": codecs.encode_png(label_map(2)),
        "png of colours": grey("RGB"),
        "png of colours and alpha": grey("RGBA"),
        "png of 16 bits": grey("I;16"),
        "png of one bit": grey("1"),
        "png of grey and alpha": grey("LA"),
        "png of a palette's place that no class has": png(
            header(6, 4, colour=3), chunk(b"PLTE", bytes(3)), pixels=bytes(27) + b"\x09"
        ),
        "png of 40 million pixels": pngs.bomb(8_000, 5_000),
    }


@cache
def png_unsupported() -> Mapping[str, bytes]:
    return {
        **pngs.unsupported(),
        "a jpeg": saved("JPEG", noise()),
        "a gif": saved("GIF"),
        "a tiff": saved("TIFF"),
    }


@cache
def runs_invalid() -> Mapping[str, bytes]:
    return {
        "nothing": b"",
        "no zlib": b"\0" * 50,
        "zlib cut": runs(bytes([0, 24]))[:-6],
        "zlib, then rubbish": runs(bytes([0, 24])) + b"rubbish",
        "zlib bomb": zlib.compress(bytes(200 * 2**20), 1),
        "no header": zlib.compress(b"\6\0\0"),
        "a header alone": runs(b""),
        "too few pixels": runs(bytes([0, 23])),
        "too many pixels": runs(bytes([0, 25])),
        "a run of nothing": runs(bytes([0, 0, 0, 24])),
        "a run cut off": runs(bytes([0, 0x98])),
        "a run of 2^35": runs(b"\0\xff\xff\xff\xff\x7f"),
        "a length of 20 bytes": runs(b"\0" + b"\x80" * 20 + b"\1"),
        "a length of a million bytes": runs(b"\0" + b"\x80" * 10**6 + b"\1"),
        "no size": runs(bytes([0, 24]), width=0),
        "65536 x 65536": runs(b"\0\xff\xff\xff\x7f", width=65_536, height=65_536),
        "2^32 - 1 a side": runs(bytes([0, 24]), width=2**32 - 1, height=2**32 - 1),
        "another size": codecs.encode_labels(np.zeros((6, 4), np.uint8)),
        "an unknown class": codecs.encode_labels(label_map(254)),
        "40 million pixels in one run": codecs.encode_labels(np.zeros((5_000, 8_000), np.uint8)),
        "40 million runs": runs(b"\0\1" * 40_000_000, width=8_000, height=5_000),
        "40 million runs too many": runs(b"\0\1" * 40_000_000),
    }
