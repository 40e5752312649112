"""Label maps for the formats' tests: any size, any ids, and hand-made hard ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from server.formats.base import ClassEntry, Labels

CLASSES = [ClassEntry(id=n, name=f"class {n}", colour=f"#{n:02x}{n:02x}00") for n in range(200)]


def maps_of(ids: list[int], *, side: int = 24) -> st.SearchStrategy[Labels]:
    """Maps of these ids: noise, and blocks of one id that make parts, holes and void."""
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=side)
    one = st.sampled_from(ids)
    noise = shapes.flatmap(lambda shape: hnp.arrays(np.uint8, shape, elements=one))
    return noise | st.builds(_enlarged, noise, st.integers(1, 9), st.integers(1, 9))


def _enlarged(labels: Labels, down: int, right: int) -> Labels:
    return labels.repeat(down, axis=0).repeat(right, axis=1)


any_map = maps_of([*range(200), 255]) | maps_of([0, 255]) | maps_of([255]) | maps_of([3])
train_maps = maps_of([*range(19), 255])
synthia_maps = maps_of([*(n for n in range(19) if n not in (9, 14, 16)), 255])


def every_class() -> Labels:
    """Return a map of odd size with 200 classes and void."""
    values = np.arange(201, dtype=np.uint8)
    values[200] = 255
    return np.resize(values, (37, 61))
