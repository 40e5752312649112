"""Run lengths of binary masks: plain counts, and the packed text that COCO's tools write.

Counts alternate between absent and present and begin with absent, so a mask whose first pixel
is set begins with 0. COCO counts down the columns; CVAT along the rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from server.formats.base import Mask
from server.rules.errors import Invalid

_BIGGEST = 2**31


def counts_of(flat: Mask) -> list[int]:
    """Return the alternating counts of a flat mask, absent first."""
    if not flat.size:
        return []
    edges = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    lengths = np.diff(np.concatenate((edges, [flat.size]))).tolist()
    return [0, *lengths] if flat[0] else lengths


def mask_of(counts: Sequence[object], size: int, *, where: str) -> Mask:
    """Return the flat mask of alternating counts that fill `size` exactly."""
    if len(counts) > 2 * size + 2:
        raise Invalid(f"{len(counts)} runs for {size} pixels.", field=where)
    lengths = np.zeros(len(counts), dtype=np.int64)
    for place, count in enumerate(counts):
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count < _BIGGEST:
            raise Invalid("A run length is no whole number, negative or too big.", field=where)
        lengths[place] = count
    total = int(lengths.sum())
    if total != size:
        raise Invalid(f"The runs cover {total} pixels; the mask has {size}.", field=where)
    return np.repeat(np.arange(len(counts)) % 2 == 1, lengths)


def pack(counts: Sequence[int]) -> str:
    """Return COCO's text: from the fourth on, differences to the count two before.

    Each number is little-endian groups of 5 bits; bit 6 says that more follow, the sign is bit 5
    of the last, and 48 is added to make printable letters.
    """
    letters = bytearray()
    for place, count in enumerate(counts):
        rest = count - counts[place - 2] if place > 2 else count
        while True:
            group = rest & 0x1F
            rest >>= 5
            more = rest != (-1 if group & 0x10 else 0)
            letters.append((group | 0x20 if more else group) + 48)
            if not more:
                break
    return letters.decode("ascii")


def unpack(text: str, *, where: str) -> list[int]:
    """Return the counts of COCO's text.

    Raises:
        Invalid: A letter outside the alphabet, a number that is cut off or longer than 32 bits.
    """
    counts: list[int] = []
    value = shift = 0
    for letter in text:
        group = ord(letter) - 48
        if not 0 <= group < 64 or shift > 30:
            raise Invalid("The packed run lengths are damaged.", field=where)
        value |= (group & 0x1F) << shift
        shift += 5
        if group & 0x20:
            continue
        if group & 0x10:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise Invalid("The packed run lengths end within a number.", field=where)
    return counts


def column_counts(mask: Mask) -> list[int]:
    """Return COCO's counts, which run down the columns."""
    return counts_of(mask.ravel(order="F"))


def column_mask(counts: Sequence[object] | str, height: int, width: int, *, where: str) -> Mask:
    """Return the (H, W) mask of COCO's counts, plain or packed."""
    plain = unpack(counts, where=where) if isinstance(counts, str) else counts
    flat: NDArray[np.bool_] = mask_of(plain, height * width, where=where)
    return flat.reshape((height, width), order="F")
