"""Label maps as PNG: one id per pixel, or one colour per pixel by an explicit map.

An index PNG keeps ids as 8-bit values (grey or palette; the palette's colours mean nothing). A
colour PNG is read by the colours that the caller names and by nothing else: a colour without an
id is refused, never guessed.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from server.formats.base import Labels, check_size
from server.rules.errors import Invalid, UnsupportedMedia
from server.rules.images import VOID

Colour = tuple[int, int, int]

BAND_PIXELS = 2**20


def read_index(data: bytes, *, field: str = "mask") -> Labels:
    """Return the ids of an 8-bit grey or palette PNG."""
    mode, pixels = decode(data, field=field)
    if mode not in ("L", "P"):
        raise Invalid(f"An index PNG is 8-bit grey or palette, not mode {mode}.", field=field)
    return pixels.astype(np.uint8)


def write_index(labels: Labels) -> bytes:
    """Return an 8-bit grey PNG of the ids."""
    return encode(Image.fromarray(labels))


def read_colour(
    data: bytes,
    *,
    ids: Mapping[Colour, int],
    void: Collection[Colour] = (),
    field: str = "mask",
) -> Labels:
    """Return the ids of a colour PNG; the colours of `void` become 255."""
    table = {_pack(colour): VOID for colour in void}
    table |= {_pack(colour): class_id for colour, class_id in ids.items()}
    unknown: set[int] = set()
    bands = []
    for packed in _bands(data, field=field):
        found, places = np.unique(packed, return_inverse=True)
        unknown |= {int(value) for value in found if int(value) not in table}
        values = np.array([table.get(int(value), VOID) for value in found], dtype=np.uint8)
        bands.append(values[places.reshape(packed.shape)])
    if unknown:
        listed = ", ".join(f"#{value:06x}" for value in sorted(unknown)[:10])
        raise Invalid(f"{len(unknown)} colours have no class: {listed}.", field=field)
    return np.concatenate(bands)


def count_colours(data: bytes, *, field: str = "mask") -> dict[int, int]:
    """Return the pixels of each colour 0xrrggbb of a colour PNG."""
    counted: Counter[int] = Counter()
    for packed in _bands(data, field=field):
        found, counts = np.unique(packed, return_counts=True)
        counted.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
    return dict(sorted(counted.items()))


def _bands(data: bytes, *, field: str) -> Iterator[NDArray[np.uint32]]:
    """Yield the colours as 0xrrggbb, some rows at a time: sorting needs thirty bytes a pixel."""
    mode, pixels = decode(data, field=field, colours=True)
    if mode != "RGB":
        raise Invalid(f"A colour PNG is RGB or palette, not mode {mode}.", field=field)
    rows = max(1, BAND_PIXELS // pixels.shape[1])
    for first in range(0, pixels.shape[0], rows):
        wide = pixels[first : first + rows].astype(np.uint32)
        yield np.asarray((wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2], np.uint32)


def write_colour(labels: Labels, *, colours: Mapping[int, Colour], void: Colour) -> bytes:
    """Return an RGB PNG; every id and void need a colour of their own."""
    if len({*colours.values(), void}) != len(colours) + 1:
        raise Invalid("Two classes, or a class and void, have the same colour.", field="classes")
    table = np.zeros((256, 3), dtype=np.uint8)
    known = np.zeros(256, dtype=bool)
    for class_id, colour in (*colours.items(), (VOID, void)):
        table[class_id], known[class_id] = colour, True
    missing = np.unique(labels[~known[labels]])
    if missing.size:
        raise Invalid(f"Class {missing[0]} has no colour.", field="classes")
    return encode(Image.fromarray(table[labels]))


def decode(
    data: bytes, *, field: str, colours: bool = False, rawmode: str | None = None
) -> tuple[str, NDArray[np.generic]]:
    """Return a PNG's mode and its values; its size is checked before a pixel is decoded.

    `colours` resolves a palette. `rawmode` replaces Pillow's choice of bytes in 16-bit RGB, of
    which it would keep the upper ones only.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            check_size(image.width, image.height, where=field)
            if rawmode is not None:
                image.tile = [tile._replace(args=rawmode) for tile in image.tile]
            image.load()
            shown = image.convert("RGB") if colours and image.mode == "P" else image
            return shown.mode, np.asarray(shown).copy()
    except UnidentifiedImageError:
        raise UnsupportedMedia("Not a PNG.", field=field) from None
    except (Invalid, MemoryError):
        raise
    except Exception as error:  # Pillow raises many kinds for damaged bytes
        raise Invalid(f"The PNG cannot be decoded: {error}", field=field) from None


def encode(image: Image.Image) -> bytes:
    """Return the image as PNG, level 1."""
    out = io.BytesIO()
    image.save(out, format="PNG", compress_level=1)
    return out.getvalue()


def _pack(colour: Colour) -> int:
    return colour[0] << 16 | colour[1] << 8 | colour[2]
