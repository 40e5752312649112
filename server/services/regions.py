"""Which windows of an image a round asks for; outside of them every mask is void."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from server.db.models import Image, Item, Round
from server.rules.images import VOID

Labels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Top, left, bottom, right in pixels; the ends are outside."""

MOST = 16


def of_item(session: Session, item: Item) -> list[Box]:
    """Return the boxes that the round's manifest has for the item's image; none: all of it."""
    manifest = session.get_one(Round, item.round_id).manifest or {}
    if "regions" not in manifest:
        return []
    name = session.get_one(Image, item.image_id).name
    return [(top, left, bottom, right) for top, left, bottom, right in manifest["regions"][name]]


def only_inside(labels: Labels, boxes: Sequence[Box]) -> Labels:
    """Return the map with void outside of the boxes; without boxes, as it is."""
    if not boxes:
        return labels
    kept = np.full_like(labels, VOID)
    for top, left, bottom, right in boxes:
        kept[top:bottom, left:right] = labels[top:bottom, left:right]
    return kept
