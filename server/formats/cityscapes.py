"""Cityscapes label maps: `labelIds` (0 to 33) and `trainIds` (0 to 18), both as index PNG.

The project's class ids are the 19 train ids. Label ids outside these 19 classes are void;
written back, void is `unlabeled`, 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from server.formats import png
from server.formats.base import Labels
from server.rules.errors import Invalid
from server.rules.images import VOID

TRAIN_ID_COUNT = 19
LICENSE_PLATE = 255
"""Its id is -1, which an 8-bit file holds as 255."""
LAST_LABEL_ID = 33

LABEL_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
"""Label id of each train id, as cityscapesScripts lists them."""

TRAIN_ID_OF = {label_id: train_id for train_id, label_id in enumerate(LABEL_IDS)}


def read_label_ids(data: bytes, *, field: str = "mask") -> Labels:
    """Return the train ids of a `labelIds` map."""
    raw = png.read_index(data, field=field)
    allowed = {*range(LAST_LABEL_ID + 1), LICENSE_PLATE}
    return mapped(raw, TRAIN_ID_OF, allowed=allowed, field=field)


def write_label_ids(labels: Labels) -> bytes:
    """Return the `labelIds` map of train ids."""
    return png.write_index(unmapped(labels, TRAIN_ID_OF))


def read_train_ids(data: bytes, *, field: str = "mask") -> Labels:
    """Return a `trainIds` map: 0 to 18 and 255."""
    labels = png.read_index(data, field=field)
    _check_train_ids(labels, field=field)
    return labels


def write_train_ids(labels: Labels) -> bytes:
    """Return the `trainIds` map."""
    _check_train_ids(labels, field="mask")
    return png.write_index(labels)


def mapped(raw: Labels, ids: Mapping[int, int], *, allowed: set[int], field: str) -> Labels:
    """Return train ids for the ids of a fixed list; refuse ids that the list does not have."""
    known = np.zeros(256, dtype=bool)
    known[list(allowed)] = True
    unknown = np.flatnonzero((np.bincount(raw.ravel(), minlength=256) > 0) & ~known)
    if unknown.size:
        listed = ", ".join(str(value) for value in unknown[:10])
        raise Invalid(f"Ids that this format does not have: {listed}.", field=field)
    table = np.full(256, VOID, dtype=np.uint8)
    for raw_id, train_id in ids.items():
        table[raw_id] = train_id
    return table[raw]


def unmapped(labels: Labels, ids: Mapping[int, int]) -> Labels:
    """Return the fixed list's ids of train ids, void as 0; refuse a class without one."""
    known = np.zeros(256, dtype=bool)
    table = np.zeros(256, dtype=np.uint8)
    known[VOID] = True
    for raw_id, train_id in ids.items():
        table[train_id], known[train_id] = raw_id, True
    lacking = np.flatnonzero((np.bincount(labels.ravel(), minlength=256) > 0) & ~known)
    if lacking.size:
        listed = ", ".join(str(value) for value in lacking[:10])
        raise Invalid(f"Class ids that this format cannot hold: {listed}.", field="mask")
    return table[labels]


def _check_train_ids(labels: Labels, *, field: str) -> None:
    mapped(
        labels,
        {train_id: train_id for train_id in range(TRAIN_ID_COUNT)},
        allowed={*range(TRAIN_ID_COUNT), VOID},
        field=field,
    )
