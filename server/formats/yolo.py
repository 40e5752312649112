"""YOLO segmentation text: one polygon a line, corners as shares of the image's size.

The first number of a line is the place in the class list, not the class id. The text has no
size, so reading needs the image's. Lines are painted in order; the rest is void.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from server.formats import polygons
from server.formats.base import ClassEntry, Labels, Loss, check_size, known_present, names_by_id
from server.rules.errors import Invalid, TooLarge
from server.rules.images import VOID

MAX_BYTES = 64 * 2**20


def write(labels: Labels, classes: Sequence[ClassEntry]) -> tuple[bytes, tuple[Loss, ...]]:
    """Return one line for each part, and what polygons lose."""
    known_present(labels, names_by_id(classes), where="mask")
    places = {entry.id: place for place, entry in enumerate(classes)}
    height, width = labels.shape
    rings, losses = polygons.rings_of(labels)
    lines = []
    for class_id, ring in rings:
        # Nine digits: an error of 2e-5 pixels at the largest side, far from any pixel's centre.
        corners = " ".join(f"{x / width:.9f} {y / height:.9f}" for x, y in ring)
        lines.append(f"{places[class_id]} {corners}\n")
    return "".join(lines).encode(), losses


def read(
    data: bytes, classes: Sequence[ClassEntry], *, width: int, height: int, field: str = "yolo"
) -> Labels:
    """Return the label map of an image of this size.

    Raises:
        Invalid: A line that is no polygon, a corner outside the image, an unknown class.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data)} bytes; at most {MAX_BYTES}.", field=field)
    check_size(width, height, where=field)
    labels: Labels = np.full((height, width), VOID, dtype=np.uint8)
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        raise Invalid("This is not UTF-8 text.", field=field) from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place, *values = line.split()
        if not (place.isascii() and place.isdigit() and len(place) < 5):
            raise Invalid(f"Line {number} does not begin with a class.", field=field)
        if int(place) >= len(classes):
            raise Invalid(f"Line {number}: there are {len(classes)} classes.", field=field)
        try:
            shares = polygons.points_of(map(float, values), where=field)
        except ValueError:
            raise Invalid(f"Line {number} holds something but numbers.", field=field) from None
        if shares.min() < 0 or shares.max() > 1:
            raise Invalid(f"Line {number} has a corner outside the image.", field=field)
        ring = polygons.fill([shares * (width, height)], height, width)
        labels[ring] = classes[int(place)].id
    return labels
