"""GTAV label maps: palette PNGs whose index is a Cityscapes label id.

Their palette holds the Cityscapes colours, so that a conversion to grey gives luminances in
place of ids; only the index is read here.
"""

from __future__ import annotations

from server.formats import cityscapes, png
from server.formats.base import Labels

LAST_ID = 34
"""34 is the licence plate, which Cityscapes keeps as -1."""


def read(data: bytes, *, field: str = "mask") -> Labels:
    """Return the Cityscapes train ids of a GTAV map."""
    raw = png.read_index(data, field=field)
    allowed = set(range(LAST_ID + 1))
    return cityscapes.mapped(raw, cityscapes.TRAIN_ID_OF, allowed=allowed, field=field)


def write(labels: Labels) -> bytes:
    """Return a GTAV map, ids as grey values; void is 0."""
    return png.write_index(cityscapes.unmapped(labels, cityscapes.TRAIN_ID_OF))
