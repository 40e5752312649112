"""SYNTHIA (RAND-CITYSCAPES) label maps: 16-bit PNGs, read to Cityscapes train ids.

The published files are 16-bit RGB with the class in red and the instance in green; grey 16-bit
copies are common. Read as 8 bits both lose the class, so the lower bytes are asked for by name.
SYNTHIA has no terrain, truck or train.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from server.formats import cityscapes, png
from server.formats.base import Labels
from server.rules.errors import Invalid

TRAIN_ID_OF = {
    3: 0, 4: 1, 2: 2, 21: 3, 5: 4, 7: 5, 15: 6, 9: 7, 6: 8, 1: 10, 10: 11, 17: 12, 8: 13, 19: 15,
    12: 17, 11: 18,
}  # fmt: skip
LAST_ID = 22


def read(data: bytes, *, field: str = "mask") -> Labels:
    """Return the Cityscapes train ids of a SYNTHIA map."""
    mode, values = png.decode(data, field=field)
    if mode == "RGB":
        if _bit_depth(data) != 16:
            raise Invalid("A SYNTHIA map in RGB has 16 bits a channel, not 8.", field=field)
        # Pillow kept the upper bytes: any in red is an id that the list does not have.
        if values[..., 0].any():
            raise Invalid(f"Ids above {LAST_ID}, the last that SYNTHIA has.", field=field)
        values = png.decode(data, field=field, rawmode="RGB;16L")[1][..., 0]
    elif mode not in ("I;16", "I", "L"):
        raise Invalid(f"A SYNTHIA map is 16-bit RGB or grey, not mode {mode}.", field=field)
    if int(values.max()) > LAST_ID:
        raise Invalid(f"Ids above {LAST_ID}, the last that SYNTHIA has.", field=field)
    raw = values.astype(np.uint8)
    return cityscapes.mapped(raw, TRAIN_ID_OF, allowed=set(range(LAST_ID + 1)), field=field)


def write(labels: Labels) -> bytes:
    """Return a 16-bit grey SYNTHIA map; void is 0."""
    raw = cityscapes.unmapped(labels, TRAIN_ID_OF)
    return png.encode(Image.fromarray(raw.astype(np.uint16)))


def _bit_depth(png_bytes: bytes) -> int:
    # Signature 8, chunk head 8, width and height 8: the depth is the next byte of IHDR.
    return png_bytes[24]
