"""Aids of the street's items: superpixels, and the classes that the model likes second best."""

from __future__ import annotations

import numpy as np
from sqlalchemy import update

from server import codecs
from server.db.models import Item
from server.storage.local import LocalBlobs
from tests.e2e.host import Service
from tests.e2e.street import HEIGHT, WIDTH

CELLS = (51, 79)
"""Rows and columns of the superpixels' map, about half the picture's."""
CELL = 10


def squares() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Superpixels of 10 x 10 cells, numbered row by row."""
    rows, columns = np.indices(CELLS) // CELL
    return np.asarray(rows * 8 + columns, dtype=np.int64)


def superpixel_of_pixels() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The superpixel of each of the picture's pixels, as the format defines it."""
    rows = (2 * np.arange(HEIGHT) + 1) * CELLS[0] // (2 * HEIGHT)
    columns = (2 * np.arange(WIDTH) + 1) * CELLS[1] // (2 * WIDTH)
    return squares()[np.ix_(rows, columns)]


def give_aids(service: Service) -> None:
    """Give each item superpixels, and sky as the second class of all, likely in its left half."""
    put = LocalBlobs(service.host.settings.blob_folder).put
    second = np.full((-(-HEIGHT // 4), -(-WIDTH // 4)), 1, np.uint8)
    best, other = np.full_like(second, 138), np.full_like(second, 10)
    other[:, :20] = 79
    with service.sessions.begin() as session:
        session.execute(
            update(Item).values(
                superpixels_sha256=put(codecs.encode_superpixels(squares())),
                second_sha256=put(codecs.encode_png(second)),
                chances_sha256=put(codecs.encode_png(np.vstack((best, other)))),
            )
        )
