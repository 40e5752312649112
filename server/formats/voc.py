"""Pascal VOC segmentation: palette PNGs whose index is the class id, 255 the void border.

The palette is VOC's: each bit triple of the index becomes the next lower bit of red, green and
blue (VOCdevkit's colour map). Reading looks at the index alone.
"""

from __future__ import annotations

from PIL import Image

from server.formats import png
from server.formats.base import Labels


def read(data: bytes, *, field: str = "mask") -> Labels:
    """Return the ids of a VOC mask."""
    return png.read_index(data, field=field)


def write(labels: Labels) -> bytes:
    """Return a palette PNG with VOC's colours."""
    image = Image.fromarray(labels)
    image.putpalette([part for index in range(256) for part in colour(index)])
    return png.encode(image)


def colour(index: int) -> png.Colour:
    """Return VOC's colour of an index."""
    parts = [0, 0, 0]
    for bit in range(8):
        for channel in range(3):
            parts[channel] |= (index >> channel & 1) << (7 - bit)
        index >>= 3
    return parts[0], parts[1], parts[2]
