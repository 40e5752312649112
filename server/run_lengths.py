"""Runs as bytes: each is an id, then its length in LEB128. Bounded, and without a loop over runs.

Reading needs to know which bytes are ids. Where an id is expected, any byte is one, and a length
follows; within a length, a byte of 128 or more says that it goes on, and a smaller one ends it. So
after a byte of 128 or more a length always goes on, and from there every other byte is an id until
the next such byte: the place of the last one tells what a byte is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
_Id = TypeVar("_Id", np.uint8, np.int64)
Packed = tuple[Bytes, NDArray[np.bool_]]
"""Numbers as rows of bytes, and which of them are used."""

MOST_LENGTH_BYTES = 5
PIECE = 2**20
"""Bytes that are read at once, which bounds the memory."""


class BadRuns(ValueError):
    """The bytes are no runs that fill the map exactly; the text says why."""


def split(values: NDArray[_Id]) -> tuple[NDArray[_Id], NDArray[np.int64]]:
    """Split a map, row by row, into the values of its runs and their lengths."""
    flat = values.reshape(-1)
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    return flat[starts], np.diff(np.concatenate((starts, [flat.size])))


def leb128(values: NDArray[np.int64]) -> Packed:
    """Return five bytes a value, enough below 2**35, and which of them are used."""
    columns = np.zeros((values.size, MOST_LENGTH_BYTES), dtype=np.uint8)
    used = np.zeros((values.size, MOST_LENGTH_BYTES), dtype=bool)
    rest = values.copy()
    for byte in range(MOST_LENGTH_BYTES):
        used[:, byte] = rest > 0 if byte else True
        columns[:, byte] = (rest & 0x7F) | np.where(rest > 0x7F, 0x80, 0)
        rest >>= 7
    return columns, used


def pack(shape: tuple[int, ...], *fields: Packed) -> bytes:
    """Return a map's header and its runs, each run's fields in turn."""
    height, width = shape
    used = np.concatenate([used for _, used in fields], axis=1)
    runs = np.concatenate([columns for columns, _ in fields], axis=1)[used]
    body: bytes = runs.tobytes()
    return struct.pack("<II", width, height) + body


def fill(stream: Bytes, pixels: int) -> Bytes:
    """Return the ids of all pixels.

    Raises:
        BadRuns: The runs are damaged, or cover more or fewer pixels.
    """
    filled = np.empty(pixels, dtype=np.uint8)
    done = 0
    for ids, lengths in _pieces(stream):
        if not lengths.all():
            raise BadRuns("A run of no pixels.")
        count = int(lengths.sum())
        if done + count > pixels:
            raise BadRuns(f"The runs cover more than the {pixels} pixels that there are.")
        filled[done : done + count] = np.repeat(ids, lengths)
        done += count
    if done != pixels:
        raise BadRuns(f"The runs cover {done} pixels of {pixels}.")
    return filled


def _pieces(stream: Bytes) -> Iterator[tuple[Bytes, NDArray[np.int64]]]:
    """Yield ids and lengths, some at a time; a piece ends before the last id that it has."""
    first = 0
    while first < stream.size:
        piece = stream[first : first + PIECE]
        starts = _ids(piece)
        ends = np.append(starts[1:], piece.size)
        if first + piece.size < stream.size:
            if starts.size < 2:
                raise BadRuns("A run's length is too long.")
            ends = ends[:-1]
        elif piece[-1] >= 0x80 or ends[-1] - starts[-1] < 2:
            raise BadRuns("The last run's length is cut off.")
        starts = starts[: ends.size]
        yield piece[starts], _lengths(piece, starts, ends)
        first += int(ends[-1])


def _ids(piece: Bytes) -> NDArray[np.int64]:
    """Return where the ids are in bytes of which the first is an id."""
    places = np.arange(-1, piece.size - 1, dtype=np.int32)
    last = np.empty(piece.size, dtype=np.int32)
    last[0] = -2  # as if a length had ended just before
    # The first byte is an id whatever its value: as the last byte of 128 or more it counts as well,
    # since a length follows it either way.
    np.copyto(last[1:], np.where(piece[:-1] >= 0x80, places[1:], -2))
    np.maximum.accumulate(last, out=last)
    return np.flatnonzero((places - last) & 1)


def _lengths(piece: Bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    sizes = ends - starts - 1
    if sizes.max() > MOST_LENGTH_BYTES:
        raise BadRuns("A run's length is too long.")
    lengths = (piece[starts + 1] & 0x7F).astype(np.int64)
    longer = np.flatnonzero(sizes > 1)
    for byte in range(1, MOST_LENGTH_BYTES):
        lengths[longer] |= (piece[starts[longer] + 1 + byte] & 0x7F).astype(np.int64) << 7 * byte
        longer = longer[sizes[longer] > byte + 1]
    return lengths
